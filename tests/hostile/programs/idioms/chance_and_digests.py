# must: ok
# stdout: 16 36 4 ba7816bf
# runs: trusted
import hashlib
import os
import secrets
import uuid

print(len(os.urandom(16)), len(str(uuid.uuid4())), len(secrets.token_bytes(4)), hashlib.sha256(b"abc").hexdigest()[:8])
