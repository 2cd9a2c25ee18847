"""Verifies the attestation of a model without Tribuo PEFT: Python's standard library and openssl.

    python3 docs/verify_attestation.py MODEL PUBLIC.pem

Reads MODEL.intoto.jsonl, a DSSE envelope (https://github.com/secure-systems-lab/dsse), and checks its signature and
the SHA-256 of each subject, which lies next to the model.
"""
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile


def pre_authentication_encoding(payload_type: bytes, payload: bytes) -> bytes:
    return b"DSSEv1 %d %b %d %b" % (len(payload_type), payload_type, len(payload), payload)


def is_signed(message: bytes, signature: bytes, key: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        files = {name: pathlib.Path(folder, name) for name in ("message", "signature")}
        files["message"].write_bytes(message)
        files["signature"].write_bytes(signature)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin",
                   "-in", files["message"], "-sigfile", files["signature"]]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def main(model: str, key: str) -> None:
    envelope = json.loads(pathlib.Path(model + ".intoto.jsonl").read_bytes())
    payload = base64.b64decode(envelope["payload"], validate=True)
    message = pre_authentication_encoding(envelope["payloadType"].encode(), payload)
    if not any(is_signed(message, base64.b64decode(s["sig"], validate=True), key) for s in envelope["signatures"]):
        sys.exit("FAILED: no signature of this key matches")
    statement = json.loads(payload)
    if statement["_type"] != "https://in-toto.io/Statement/v1":
        sys.exit("FAILED: unknown statement " + statement["_type"])
    for subject in statement["subject"]:
        content = pathlib.Path(model).with_name(subject["name"]).read_bytes()
        if hashlib.sha256(content).hexdigest() != subject["digest"]["sha256"]:
            sys.exit("FAILED: " + subject["name"] + " is not the attested file")
        print("OK:", subject["name"])


if __name__ == "__main__":
    main(*sys.argv[1:])
