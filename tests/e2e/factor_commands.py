"""The second factor by the command line: for command_line.py."""

import base64
import hmac
import re
import time


def one_time(key, step):
    """As an authenticator computes it (RFC 6238)."""
    mac = hmac.digest(base64.b32decode(key), step.to_bytes(8, "big"), "sha1")
    at = mac[19] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7FFFFFFF) % 1000000:06d}"


def use_second_factor(run, folder):
    """Set up, confirmed, needed, taken off by an administrator: as text, then as JSON."""
    factor, otp = ["user", "factor"], folder / "otp"
    sign_in = lambda name, file: ["login", name, "--password-file", str(folder / file)]
    for name, file, is_json in (("binh", "other", False), ("chi", "word", True)):
        own, wrong = ["--password-file", str(folder / file)], str(folder / "wrong")
        run.province.lgsp(*run.here, *sign_in(name, file))
        run.once(4, [*factor, "add", name, "--password-file", wrong], is_json)
        run.once(3, [*factor, "confirm", name, "--otp-file", wrong], is_json)
        run.once(3, [*factor, "add", "an", *own], is_json)
        key = re.search("[A-Z2-7]{32}", run.once(0, [*factor, "add", name, *own], is_json)).group()
        run.once(4, [*factor, "confirm", name, "--otp-file", wrong], is_json)
        # The one of now, then the next: each is good for half a minute more, however slow this is.
        step = int(time.time()) // 30
        otp.write_text(one_time(key, step) + "\n")
        run.once(0, [*factor, "confirm", name, "--otp-file", str(otp)], is_json)
        run.once(1, [*factor, "add", name, *own], is_json)
        run.once(4, sign_in(name, file), is_json)
        run.once(4, [*sign_in(name, file), "--otp-file", str(otp)], is_json)
        otp.write_text(one_time(key, step + 1) + "\n")
        run.once(0, [*sign_in(name, file), "--otp-file", str(otp)], is_json)
        run.province.lgsp(*run.here, *sign_in("an", "word"))
        run.once(0, [*factor, "remove", name], is_json)
        run.once(3, [*factor, "remove", name], is_json)
    for command in (["add", "an", "--password-file", str(folder / "word")], ["confirm", "an", "--otp-file", str(otp)],
                    ["remove", "an"]):
        run.expect(6, *run.nowhere, *factor, *command)
        run.expect(2, *run.here, *factor, command[0])
