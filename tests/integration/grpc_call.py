"""One gRPC call without a gRPC library, to knock at a listener with any certificate and to see the answer as it came."""

import socket
import ssl
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, PING, GOAWAY = 0, 1, 4, 6, 7
END_STREAM, END_HEADERS, ACK = 1, 4, 1


def _frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def _field(name, value):
    """A header as a literal that is in no table (RFC 7541, 6.2.2)."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


def _read(tls, size):
    read = b""
    while len(read) < size:
        more = tls.recv(size - len(read))
        if not more:
            raise ConnectionError("the server closed the connection")
        read += more
    return read


def _status(block):
    """gRPC's own servers write trailers as plain text."""
    place = block.find(b"grpc-status")
    if place < 0:
        return None
    length = block[place + len(b"grpc-status")]
    return int(block[place + len(b"grpc-status") + 1:][:length])


def call(address, method, ca, certificate=None, key=None, request=b"", version=ssl.TLSVersion.TLSv1_3):
    """gRPC's status of the call. Raises OSError (ssl.SSLError among them) when the connection does not hold."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # certificates here name agencies by URI
    context.load_verify_locations(ca)
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2"])
    if certificate:
        context.load_cert_chain(certificate, key)
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=20) as plain, context.wrap_socket(plain) as tls:
        headers = b"".join(_field(name, value) for name, value in (
            (b":method", b"POST"), (b":scheme", b"https"), (b":path", method.encode()), (b":authority", b"liaison"),
            (b"te", b"trailers"), (b"content-type", b"application/grpc")))
        tls.sendall(PREFACE + _frame(SETTINGS, 0, 0) + _frame(HEADERS, END_HEADERS, 1, headers) +
                    _frame(DATA, END_STREAM, 1, b"\x00" + struct.pack(">I", len(request)) + request))
        while True:
            head = _read(tls, 9)
            payload = _read(tls, int.from_bytes(head[:3], "big"))
            kind, flags = head[3], head[4]
            if kind == SETTINGS and not flags & ACK:
                tls.sendall(_frame(SETTINGS, ACK, 0))
            elif kind == PING and not flags & ACK:
                tls.sendall(_frame(PING, ACK, 0, payload))
            elif kind == GOAWAY:
                raise ConnectionError("the server sent the connection away")
            elif kind == HEADERS and flags & END_STREAM:
                return _status(payload)
