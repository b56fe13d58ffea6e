"""Certificates of all kinds for the TLS tests, made once per process with the openssl command."""

import atexit
import functools
import hashlib
import shutil
import ssl
import subprocess
import tempfile
from pathlib import Path

CONFIG = """
[ca]
default_ca = ours
[ours]
database = index
serial = serial
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_days = 365
default_crl_days = 30
policy = anything
unique_subject = no
[anything]
commonName = optional
organizationName = optional
[req]
prompt = no
string_mask = utf8only
distinguished_name = name
[name]
"""


def openssl(*arguments, folder, text=None):
    done = subprocess.run(["openssl", *arguments], cwd=folder, timeout=60, check=False, input=text,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f"openssl {arguments}: {done.stdout}"


def new_key(path, kind="EC"):
    bits = ("-pkeyopt", "ec_paramgen_curve:P-256") if kind == "EC" else \
        ("-pkeyopt", f"rsa_keygen_bits:{kind}")
    openssl("genpkey", "-algorithm", "EC" if kind == "EC" else "RSA", *bits, "-out", path,
            folder=path.parent)


class Authority:
    """A CA in a folder of its own."""

    def __init__(self, folder, name="Test CA"):
        self.folder = folder
        folder.mkdir()
        self.certificate, self.crl = folder / "ca.pem", folder / "crl.pem"
        (folder / "index").touch()
        (folder / "serial").write_text("1000\n")
        (folder / "config").write_text(CONFIG + f"commonName = {name}\n"
                                       "[ext]\nbasicConstraints = critical, CA:true\n"
                                       "keyUsage = keyCertSign, cRLSign\n")
        new_key(folder / "ca.key")
        openssl("req", "-new", "-x509", "-days", "3650", "-config", "config", "-extensions", "ext",
                "-key", "ca.key", "-out", "ca.pem", folder=folder)

    def issue(self, name, san="", subject=None, dates=(), extensions="", key="EC"):
        """A Certificate; `subject`: its common name, by default `name`."""
        made = Certificate(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        new_key(made.key, key)
        subject = name if subject is None else subject
        line = f"commonName = {subject}\n" if subject else "organizationName = Test\n"
        names = f"subjectAltName = {san}\n" if san else ""
        (self.folder / "request").write_text(CONFIG + line + "[ext]\n"
                                             "basicConstraints = CA:false\n" + names + extensions)
        openssl("req", "-new", "-utf8", "-config", "request", "-key", made.key, "-out", "csr",
                folder=self.folder)
        openssl("ca", "-batch", "-utf8", "-notext", "-config", "request", "-extensions", "ext",
                *dates, "-in", "csr", "-out", made.certificate, folder=self.folder)
        return made

    def revoke(self, certificate):
        openssl("ca", "-config", "config", "-revoke", certificate.certificate, folder=self.folder)

    def write_crl(self, *options):
        openssl("ca", "-config", "config", "-gencrl", "-out", self.crl, *options,
                folder=self.folder)


class Certificate:
    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    def sha256(self):
        pem = self.certificate.read_text()
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN"):])).hexdigest()


class Certificates:
    """`ca` is what both sides trust; `foreign` is a CA that neither does."""

    def __init__(self, folder):
        self.folder = folder
        self.ca = Authority(folder / "ca")
        self.foreign_ca = Authority(folder / "foreign", "Foreign CA")
        issue = self.ca.issue
        self.server = issue("server", "DNS:localhost, IP:127.0.0.1", "localhost")
        self.other_server = issue("other", "DNS:localhost, IP:127.0.0.1", "localhost")
        self.client = issue("dev7", "DNS:dev7.dev.example.org, DNS:alias.example.org", "The CN")
        self.uri = issue("uri", "URI:spiffe://example.org/dev7", "cn.example.org")
        self.common = issue("common", "", "CN.Example.org")
        self.nameless = issue("nameless", "", "")
        self.many = issue("many", "DNS:*.dev.example.org", "many")
        self.expired = issue("expired", "DNS:localhost", dates=("-startdate", "20200101000000Z",
                                               "-enddate", "20210101000000Z"))
        self.future = issue("future", dates=("-startdate", "20900101000000Z",
                                             "-enddate", "20910101000000Z"))
        self.revoked = issue("revoked")
        self.for_servers = issue("purpose", extensions="extendedKeyUsage = serverAuth\n")
        self.control = issue("control", subject="two\x01lines")
        self.foreign = self.foreign_ca.issue("foreign")
        self.self_signed = Certificate(folder / "self.pem", folder / "self.key")
        new_key(self.self_signed.key)
        openssl("req", "-new", "-x509", "-subj", "/CN=self", "-key", "self.key", "-out", "self.pem",
                folder=folder)
        self.ca.revoke(self.revoked)
        self.ca.write_crl()
        self.foreign_ca.write_crl()

    @functools.cached_property
    def long_rsa(self):
        return self.ca.issue("long", "DNS:localhost", key="4096")

    def expiring(self, days):
        """A server certificate with that many days left."""
        return self.ca.issue(f"expiring{days}", "DNS:localhost", dates=("-days", str(days)))


@functools.cache
def certificates():
    folder = Path(tempfile.mkdtemp(prefix="hark-certificates-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Certificates(folder)
