#!/usr/bin/env bash
# Tests the launcher on a small source tree with stubs of Maven and Java.
# Usage: launcher-test.sh PATH-OF-PEFT
set -euo pipefail

peft=$1
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
failures=0

check() { # NAME EXPECTED-PATTERN OUTPUT
  if ! grep -qE -- "$2" <<<"$3"; then
    printf 'FAILED: %s\n  expected %s\n  found %s\n' "$1" "$2" "$3" >&2
    failures=$((failures + 1))
  fi
}

# The stub of Maven records each build and creates the jar.
mkdir -p "$work/bin" "$work/java home/bin"
cat >"$work/bin/mvn" <<'EOF'
#!/usr/bin/env bash
echo build >>"$BUILDS"
sleep 0.3
mkdir -p integrations/cli/target
echo jar >integrations/cli/target/tribuo-peft-cli.jar
EOF
# The stub of Java prints its arguments.
cat >"$work/java home/bin/java" <<'EOF'
#!/usr/bin/env bash
echo "LC_ALL=${LC_ALL:-}"
for argument in "$@"; do
  printf '<%s>\n' "$argument"
done
EOF
chmod +x "$work/bin/mvn" "$work/java home/bin/java"
export PATH=$work/bin:$PATH JAVA_HOME=$work/java\ home BUILDS=$work/builds
unset PEFT_JAVA_OPTS

tree() { # FOLDER
  mkdir -p "$1"/{tribuo-peft,evaluation,integrations/cli}/src/main
  touch "$1"/pom.xml "$1"/{tribuo-peft,evaluation,integrations/cli}/src/main/A.java
  cp "$peft" "$1/peft"
}

builds() {
  wc -l <"$BUILDS" | tr -d ' '
}

# The first start builds, the second does not. The path contains spaces and umlauts; CDPATH is ignored.
home="$work/a folder für peft"
tree "$home"
: >"$BUILDS"
output=$("$home/peft" --version 2>/dev/null)
check "jar in a path with spaces" "^<$home/integrations/cli/target/tribuo-peft-cli.jar>$" "$output"
check "arguments" '^<--version>$' "$output"
"$home/peft" >/dev/null
check "built once" '^1$' "$(builds)"
output=$(cd "$work" && CDPATH=$work:/ bash "a folder für peft/peft" "two words" '*' '' 2>&1)
check "CDPATH" "^<-Dtribuopeft.home=$home>$" "$output"
check "an argument with a space" '^<two words>$' "$output"
check "an argument that is a pattern" '^<\*>$' "$output"
check "an empty argument" '^<>$' "$output"

# Symbolic links: absolute, relative, and a link to a link.
ln -s "$home/peft" "$work/bin/peft-absolute"
(cd "$work/bin" && ln -s "../a folder für peft/peft" peft-relative && ln -s peft-relative peft-twice)
for link in peft-absolute peft-relative peft-twice; do
  check "$link" "^<-Dtribuopeft.home=$home>$" "$("$link" 2>&1)"
done

# A changed file causes a build, a touched file does not.
sleep 0.1
touch "$home/pom.xml"
"$home/peft" >/dev/null 2>&1
check "touched" '^1$' "$(builds)"
sleep 0.1
echo change >>"$home/tribuo-peft/src/main/A.java"
"$home/peft" >/dev/null 2>&1
check "changed" '^2$' "$(builds)"

# A moved directory and a copy with new modification times run without a build.
mv "$home" "$work/moved"
check "moved" "^<$work/moved/integrations" "$("$work/moved/peft" 2>&1)"
sleep 0.1
cp -r "$work/moved" "$work/copied"
find "$work/copied" -name A.java -exec touch {} +
check "copied" "^<$work/copied/integrations" "$("$work/copied/peft" 2>&1)"
check "no build after move and copy" '^2$' "$(builds)"

# A read-only tree of another user.
if [ "$(id -u)" != 0 ]; then
  chmod -R a-w "$work/copied"
  check "read-only" "^<$work/copied/integrations" "$("$work/copied/peft" 2>&1)"
  chmod -R u+w "$work/copied"
  tree "$work/unbuilt"
  chmod -R a-w "$work/unbuilt"
  check "read-only and not built" '^peft: the project is not built, and .* cannot be written' \
    "$("$work/unbuilt/peft" 2>&1 || true)"
fi

# Concurrent first starts build once, with and without flock.
for tool in flock none; do
  tree "$work/race-$tool"
  : >"$BUILDS"
  path=$PATH
  if [ "$tool" = none ]; then
    mkdir -p "$work/plain"
    for command in bash cat cksum cp dirname env find grep id kill locale mkdir mktemp mvn pwd readlink rm sleep sort \
      touch tr wc xargs; do
      ln -sf "$(command -v "$command")" "$work/plain/$command"
    done
    path=$work/plain
  fi
  for i in 1 2 3 4; do
    PATH=$path "$work/race-$tool/peft" "$i" >"$work/race-$i" 2>&1 &
  done
  wait
  for i in 1 2 3 4; do
    check "race, $tool, start $i" "^<$i>$" "$(cat "$work/race-$i")"
  done
  check "race, $tool" '^1$' "$(builds)"
done

# Encodings and options.
for locale in POSIX C '' xx_YY.ISO-8859-1; do
  output=$(LC_ALL=$locale LANG='' "$work/moved/peft" 2>/dev/null | tr '[:lower:]' '[:upper:]')
  check "locale '$locale'" '^LC_ALL=.*UTF-?8$' "$output"
done
check "locale that is UTF-8" '^LC_ALL=C.UTF-8$' "$(LC_ALL=C.UTF-8 "$work/moved/peft" 2>&1)"
output=$(PEFT_JAVA_OPTS=$' -Xmx4g\n-Da=*  ' "$work/moved/peft" x 2>&1)
check "first option" '^<-Xmx4g>$' "$output"
check "second option" '^<-Da=\*>$' "$output"
# The option against warnings of newer versions of Java, which older versions refuse.
for version in 17.0.15 25; do
  echo "JAVA_VERSION=\"$version\"" >"$work/java home/release"
  check "options of Java $version" "^$([ $version = 25 ] && echo 1 || echo 0)$" \
    "$("$work/moved/peft" | grep -cx '<--sun-misc-unsafe-memory-access=allow>' || true)"
done
check "no Java" "^peft: there is no Java at /nowhere/bin/java; " "$(JAVA_HOME=/nowhere "$work/moved/peft" 2>&1 || true)"

# A failed build prints its output and exits with code 1.
tree "$work/broken"
printf '#!/usr/bin/env bash\necho "no such dependency"\nexit 1\n' >"$work/bin/mvn"
output=$("$work/broken/peft" 2>&1 || echo "code $?")
check "failed build" '^no such dependency$' "$output"
check "failed build" '^peft: the build failed$' "$output"
check "failed build" '^code 1$' "$output"

[ "$failures" = 0 ] && echo "all launcher tests passed"
