"""The servers with TLS: harkd, and the alternatives with the same certificate."""

import shlex
import shutil
import subprocess

from peers import RSYSLOG, SYSLOG_NG, version_of
from subjects import Subject, count_messages, harkd_file
from unpacked import Unavailable, Unpacked

# The other address, with the same port.
BESIDE = "127.0.0.2"

LISTENER = """
[[listener]]
address = "{address}"
"""

TLS = """tls = {{ certificate = "{tls.certificate}", key = "{tls.key}"{more} }}
"""

# Streams are encrypted, and clients need no certificate.
IMTCP = """
global(defaultNetstreamDriver="{driver}" defaultNetstreamDriverCAFile="{tls.ca}"
       defaultNetstreamDriverCertFile="{tls.certificate}" defaultNetstreamDriverKeyFile="{tls.key}")
module(load="imtcp" maxSessions="20000" streamDriver.name="{driver}" streamDriver.mode="1"
       streamDriver.authMode="anon")
input(type="imtcp" address="127.0.0.1" port="{place.port}")
"""

STUNNEL = """
foreground = yes
pid =
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
[harkd]
accept = 127.0.0.1:{place.port}
connect = 127.0.0.2:{place.port}
cert = {tls.certificate}
key = {tls.key}
"""


class Certificates:
    """A CA, and the certificates it has signed for the server and a client: all with P-256 keys."""

    def __init__(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.ca = self._request(folder, "ca", "-x509", "-days", "3650")
        self.certificate = self._issue(folder, "server", "DNS:localhost,IP:127.0.0.1")
        self.key = folder / "server.key"
        self.client = self._issue(folder, "client", "DNS:client.example.org")
        self.client_key = folder / "client.key"

    @staticmethod
    def _openssl(*arguments):
        try:
            subprocess.run(["openssl", *arguments], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as problem:
            raise Unavailable(f"openssl: {problem}") from None

    def _request(self, folder, name, *arguments):
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
                      "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key", *arguments,
                      "-out", folder / f"{name}.pem")
        return folder / f"{name}.pem"

    def _issue(self, folder, name, names):
        request = self._request(folder, name, "-addext", f"subjectAltName={names}")
        self._openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", folder / "ca.key",
                      "-CAcreateserial", "-copy_extensions", "copy", "-days", "3650",
                      "-out", request)
        return request


def harkd_tls(identifier, title, program, tls, address="127.0.0.1", **more):
    """With TLS at `address`; `client_ca`: requires client certificates."""
    requires = f', client_ca = "{tls.ca}"' if more.pop("client_ca", False) else ""
    plain = harkd_file(program)

    def command(place):
        config = place.folder / "harkd.toml"
        text = LISTENER.format(address=f"{address}:{place.port}")
        text += TLS.format(tls=tls, more=requires)
        if address == BESIDE:
            text += LISTENER.format(address=f"127.0.0.1:{place.port}")
        config.write_text(text, encoding="utf-8")
        return [program, "--config", config, "--control", place.folder / "control",
                "--log", f"file:{place.output}"]

    return Subject(identifier, title, "harkd", command, "harkd", plain.version, greets=True,
                   ends=True, recorded=count_messages, **more)


def harkds(program, tls):
    trusts = {"ca": tls.ca}
    return [harkd_tls("harkd-tls", "harkd, TLS", program, tls, client=trusts),
            harkd_tls("harkd-tls-client", "harkd, TLS, clients with certificates", program, tls,
                      client_ca=True,
                      client={**trusts, "cert": tls.client, "key": tls.client_key}),
            harkd_tls("harkd-tls-beside", "harkd, plain, with TLS beside it", program, tls,
                      address=BESIDE)]


def behind_stunnel(folder, program, tls):
    package = Unpacked("stunnel4", folder)

    def command(place):
        config = place.folder / "stunnel.conf"
        config.write_text(STUNNEL.format(place=place, tls=tls), encoding="utf-8")
        control = place.folder / "control"
        harkd = shlex.join(map(str, [program, "--listen", f"{BESIDE}:{place.port}", "--control",
                                     control, "--log", f"file:{place.output}"]))
        return ["sh", "-c", f"touch {config}.d; {harkd} --config {config}.d & "
                f"until [ -S {control} ]; do sleep 0.01; done; "
                f"exec {package.path('usr/bin/stunnel4')} {config}"]

    return [Subject("harkd-stunnel", "harkd behind stunnel", "harkd", command, "stunnel",
                    package.version, greets=True, ends=True, recorded=count_messages,
                    environment=package.environment, client={"ca": tls.ca})]


def rsyslog(folder, _, tls, library, driver):
    package = Unpacked(f"rsyslog-{library.lower()}", folder)
    modules = package.folder_of("imtcp.so")

    def command(place):
        config = place.folder / "rsyslog.conf"
        given = IMTCP.format(place=place, tls=tls, driver=driver)
        config.write_text(RSYSLOG.format(place=place, input=given), encoding="utf-8")
        return [package.path("usr/sbin/rsyslogd"), "-n", "-f", config, "-i",
                place.folder / "pid", "-M", modules]

    return [Subject(f"rsyslog-{driver}", f"rsyslog imtcp, {library}", "peer", command, "rsyslog",
                    package.version, answers=False, protocol="silent",
                    environment=package.environment, client={"ca": tls.ca})]


def rsyslog_openssl(*given):
    return rsyslog(*given, "OpenSSL", "ossl")


def rsyslog_gnutls(*given):
    return rsyslog(*given, "GnuTLS", "gtls")


def syslog_ng(folder, _, tls):
    package = Unpacked("syslog-ng-core", folder)
    modules = package.folder_of("libaffile.so")
    secured = SYSLOG_NG.replace(
        'transport("tcp")', f'transport("tls") tls(cert-file("{tls.certificate}")'
        f' key-file("{tls.key}") peer-verify(optional-untrusted))')

    def command(place):
        config = place.folder / "syslog-ng.conf"
        version = ".".join(package.version.split(".")[:2])
        config.write_text(secured.format(place=place, version=version), encoding="utf-8")
        return [package.path("usr/sbin/syslog-ng"), "--foreground", "--cfgfile", config,
                "--persist-file", place.folder / "persist", "--pidfile", place.folder / "pid",
                "--control", place.folder / "control", "--module-path", modules]

    return [Subject("syslog-ng-tls", "syslog-ng, TLS", "peer", command, "syslog-ng",
                    package.version, answers=False, protocol="silent",
                    environment=package.environment, client={"ca": tls.ca})]


def s_server(_folder, _, tls):
    # -rev: it replies, so it keeps running without a terminal.
    def command(place):
        return ["openssl", "s_server", "-accept", f"127.0.0.1:{place.port}", "-rev", "-quiet",
                "-num_tickets", "0", "-cert", tls.certificate, "-key", tls.key]

    return [Subject("s-server", "openssl s_server", "peer", command, "openssl",
                    version_of("openssl", "version"), protocol="silent",
                    recorded=lambda place: 0, client={"ca": tls.ca})]


def secured(folder, program, say):
    """The available ones; `say` reports the others."""
    try:
        tls = Certificates(folder / "certificates")
    except Unavailable as problem:
        say(f"TLS is left out: {problem}")
        return []
    found = harkds(program, tls)
    for name, make in (("stunnel", behind_stunnel), ("rsyslog with OpenSSL", rsyslog_openssl),
                       ("rsyslog with GnuTLS", rsyslog_gnutls), ("syslog-ng", syslog_ng),
                       ("openssl s_server", s_server)):
        try:
            found += make(folder / "peers", program, tls)
        except (Unavailable, subprocess.TimeoutExpired) as problem:
            say(f"{name} with TLS is left out: {problem}")
    return found
