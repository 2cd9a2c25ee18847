@echo off
rem Builds the project if its sources have changed since the last build, then runs the command line.
rem PEFT_JAVA_OPTS contains additional options for Java, such as -Xmx4g.
setlocal
set "root=%~dp0"
set "root=%root:~0,-1%"
set "jar=%root%\integrations\cli\target\tribuo-peft-cli.jar"

set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
"%java%" -version >nul 2>&1
if errorlevel 1 (
  echo peft: there is no Java at %java%; install Java 17 or later, or set JAVA_HOME>&2
  exit /b 1
)

rem Exit code 1: there is no build, or a source file is newer.
powershell -NoProfile -Command "if (-not (Test-Path -LiteralPath $env:jar)) { exit 1 }; $built = (Get-Item -LiteralPath $env:jar).LastWriteTime; if (Get-ChildItem -LiteralPath $env:root -Recurse -File | Where-Object { $_.LastWriteTime -gt $built -and $_.FullName -notmatch '\\(target|docs|examples)\\' -and ($_.Name -eq 'pom.xml' -or $_.FullName -match '\\src\\main\\') }) { exit 1 }"
if errorlevel 1 (
  echo peft: building the project; the first build downloads its dependencies and may take minutes>&2
  pushd "%root%"
  call mvn -q -B -DskipTests -Dspotless.check.skip clean package>&2
  if errorlevel 1 (
    echo peft: the build failed>&2
    exit /b 1
  )
  popd
  echo peft: built>&2
)

rem Java 24 and later print warnings about a method that protobuf calls. Java 22 and earlier do not know this option.
set "access=--sun-misc-unsafe-memory-access=allow"
"%java%" %access% -version >nul 2>&1
if errorlevel 1 set "access="

rem Output is UTF-8. The limit of the Java heap is half of the memory of the machine. The heap starts small.
chcp 65001 >nul
"%java%" -XX:MaxRAMPercentage=50 -XX:+UseCompressedOops -XX:+UseSerialGC -Dfile.encoding=UTF-8 ^
  -Dai.djl.offline=true "-Dtribuopeft.home=%root%" ^
  --enable-native-access=ALL-UNNAMED %access% %PEFT_JAVA_OPTS% ^
  -jar "%jar%" %*
exit /b %errorlevel%
