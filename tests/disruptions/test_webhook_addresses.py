"""Where messages may go: to the world, and never into the network that the service stands in."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from disruptions.feeds import posting
from disruptions.feeds.posting import post
from disruptions.webhook_addresses import PrivateAddress, addresses_of, fault_of, may_be_sent_to
from tests.receiver import receiving

PUBLIC = ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
NOT_PUBLIC = {
    "this machine": ["127.0.0.1", "127.255.255.254", "::1", "0.0.0.1", "::", "::127.0.0.1"],
    "this machine, written as IPv6": ["::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1"],
    "private networks": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"],
    "private networks, written as IPv6": ["::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1"],
    "the link, and what clouds keep there": ["169.254.169.254", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254"],
    "a provider's own network": ["100.64.0.1", "100.127.255.255"],
    "tunnels": ["2002:7f00:1::", "2002:808:808::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "many at once": ["224.0.0.1", "239.255.255.250", "255.255.255.255", "ff02::1"],
    "documentation and tests": ["192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "2001:db8::1", "3fff::1"],
    "reserved and former": ["240.0.0.1", "192.0.0.1", "fec0::1", "4000::1", "5f00::1"],
    "no address": ["", "example.com", "1.2.3", "0x7f.1"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_world(address):
    assert may_be_sent_to(address)


@pytest.mark.parametrize("address", [each for group in NOT_PUBLIC.values() for each in group])
def test_an_address_that_is_not_of_the_world(address):
    assert not may_be_sent_to(address)


def test_on_a_machine_of_ones_own_its_own_networks_are_allowed(settings):
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    assert may_be_sent_to("127.0.0.1")
    assert may_be_sent_to("192.168.1.1")
    assert may_be_sent_to("::1")
    for address in ("169.254.169.254", "::", "224.0.0.1", "fe80::1", "::ffff:169.254.169.254"):
        assert not may_be_sent_to(address), address


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://records.example/webhooks?key=1", None),
        ("https://records.example:443/", None),
        ("https://8.8.8.8/", None),
        ("https://[2606:4700:4700::1111]/", None),
        ("http://records.example/", "webhook_url_https"),
        ("ftp://records.example/", "webhook_url_https"),
        ("https://records.example:8443/", "webhook_url_port"),
        ("https://records.example:0/", "webhook_url_port"),
        ("https://127.0.0.1/", "webhook_url_public"),
        ("https://[::1]/", "webhook_url_public"),
        ("https://[::ffff:10.0.0.1]/", "webhook_url_public"),
        ("https://localhost/", "webhook_url_public"),
        ("https://LOCALHOST/", "webhook_url_public"),
        ("https://db.internal/", "webhook_url_public"),
        ("https://intranet/", "webhook_url_public"),
        ("https://2130706433/", "webhook_url_public"),
        ("https://127.1/", "webhook_url_public"),
        ("https://0x7f.0.0.1/", "webhook_url_public"),
        ("https://user:pass@records.example/", "webhook_url_well_formed"),
        ("https://records.example/#part", "webhook_url_well_formed"),
        ("https://records.example/a b", "webhook_url_well_formed"),
        ("https://records.example/\r\nHost: x", "webhook_url_well_formed"),
        ("https://records.example:port/", "webhook_url_well_formed"),
        ("https://[::1/", "webhook_url_well_formed"),
        ("https://réc.example/", "webhook_url_well_formed"),
        ("https://a..b/", "webhook_url_well_formed"),
        ("https://records.example./", "webhook_url_well_formed"),
        ("https://localhost./", "webhook_url_well_formed"),
        ("https://[2606:4700::1%25eth0]/", "webhook_url_well_formed"),
        ("https://[2606:4700::1%eth0]/", "webhook_url_well_formed"),
        ("https://records.example/\ud800", "webhook_url_well_formed"),
        (f"https://{'a' * 64}.example/", "webhook_url_well_formed"),
        ("https:///path", "webhook_url_well_formed"),
        ("records.example", "webhook_url_well_formed"),
        ("", "webhook_url_well_formed"),
    ],
)
def test_what_is_wrong_with_an_address_as_it_is_written(url, code):
    assert fault_of(url) == code


def found(*addresses):
    return lambda host, port, **more: [
        (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
        for each in addresses
    ]


def test_one_private_address_among_several_refuses_the_host(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", found("8.8.8.8", "10.0.0.1"))
    with pytest.raises(PrivateAddress):
        addresses_of("records.example", 443)


def test_a_name_that_leads_inside_is_refused_at_each_sending(monkeypatch):
    """A name can be made to lead elsewhere after it was judged; nothing is connected to.

    The answer is the same as for a name that there is not, so that nobody outside learns which names there are inside.
    """
    monkeypatch.setattr(socket, "getaddrinfo", found("169.254.169.254"))
    monkeypatch.setattr(socket, "create_connection", lambda *args, **more: pytest.fail("connected"))
    assert post("https://records.example/", {}, b"{}").error == "host_not_found"


def test_what_was_judged_is_what_is_connected_to(monkeypatch):
    """The name is looked up once: a second answer, which leads inside, is never asked for."""
    answers, connected = [found("8.8.8.8"), found("127.0.0.1")], []

    def look_up(*args, **more):
        return answers.pop(0)(*args, **more)

    def connect(address, timeout):
        connected.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert post("https://records.example/", {}, b"{}").error == "no_connection"
    assert connected == [("8.8.8.8", 443)]
    assert len(answers) == 1


def test_a_name_that_there_is_not(monkeypatch):
    def nothing(*args, **more):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    assert post("https://records.example/", {}, b"{}").error == "host_not_found"


def test_a_rule_that_has_changed_since_is_asked_again():
    assert post("http://records.example/", {}, b"{}").error == "address_not_allowed"


def test_a_certificate_is_asked_for_under_the_name(monkeypatch, settings):
    """Whoever answers without one for that name is not sent anything."""
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    with receiving() as receiver:
        secure = receiver.url.replace("http://", "https://")
        assert post(secure, {}, b"{}").error == "no_secure_connection"
        assert receiver.came == []


def certified(folder, name):
    """Return a server's context with a certificate of its own making for a name, and the file that holds it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, path


@pytest.mark.parametrize(
    ("name", "trusted", "status", "error"),
    [
        ("localhost", True, 204, ""),
        ("localhost", False, None, "no_secure_connection"),
        ("another.example", True, None, "no_secure_connection"),
    ],
    ids=["holds", "of nobody who is trusted", "of another name"],
)
def test_the_certificate_holds_or_nothing_is_sent(tmp_path, monkeypatch, settings, name, trusted, status, error):
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    context, path = certified(tmp_path, name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with receiving(tls=context) as receiver:
        outcome = post(receiver.url, {}, b"{}")
        assert (outcome.status, outcome.error) == (status, error)
        assert len(receiver.came) == (1 if status else 0)


def test_the_request_goes_to_the_name_that_was_written(settings):
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "localhost") + "?a=1"
        assert post(url, {"X-Test": "1"}, b"{}").status == 204
        [(headers, body)] = receiver.came
    assert headers["host"] == url.split("/")[2]
    assert body == b"{}"
    assert posting.ANSWER_LIMIT < 100_000
