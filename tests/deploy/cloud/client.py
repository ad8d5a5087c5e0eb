"""What the tests have for gcloud: hands a call over to `warm.py`, with the own streams, and ends as that ends.

It takes only modules that are part of the interpreter: to load any other takes longer than Python itself to start.
"""

import _socket
import marshal
import posix
import sys

server = _socket.socket(_socket.AF_UNIX)
server.connect(__file__.rpartition("/")[0] + "/socket")
message = marshal.dumps([sys.argv[1:], posix.getcwd(), posix.environ])
streams = b"".join(stream.to_bytes(4, sys.byteorder) for stream in (0, 1, 2))
server.sendmsg([len(message).to_bytes(8, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
server.sendall(message)
code = server.recv(1)
posix._exit(code[0] if code else 1)
