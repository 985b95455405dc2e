#!/usr/bin/env python3
"""Each rule must find what it is there to find: bad snippets in small trees."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import catalogue  # noqa: E402
import console  # noqa: E402
import documents  # noqa: E402
import imports  # noqa: E402
import sizes  # noqa: E402
import source  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOMS = imports.read_rooms(source.read(HERE, "rooms.txt"))


class Tree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = self.folder.name
        self.addCleanup(self.folder.cleanup)

    def put(self, path, text, mode=0o644):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(full, mode)

    def header(self, path, text=""):
        self.put(path, "#pragma once\n" + text)

    def found(self, findings):
        return [f"{f.path}:{f.line} {f.rule}" for f in findings]


class Imports(Tree):
    def check(self):
        return self.found(imports.check_imports(self.root, ROOMS))

    def test_allowed_imports_are_silent(self):
        self.header("hub/core/ids.hpp", "#include <string>\n")
        self.header("hub/wire/codec.hpp", '#include "hub/core/ids.hpp"\n')
        self.put("hub/wire/codec.cpp", '#include "hub/wire/codec.hpp"\n#include "hub/v1/envelope.pb.h"\n')
        self.put("hub/core/signature.cpp", "#include <openssl/evp.h>\n")
        self.assertEqual(self.check(), [])

    def test_a_room_below_may_not_look_up(self):
        self.header("hub/wire/codec.hpp")
        self.put("hub/core/ids.cpp", '#include "hub/wire/codec.hpp"\n')
        self.assertEqual(self.check(), ["hub/core/ids.cpp:1 import"])

    def test_the_edges_do_not_know_each_other(self):
        self.header("hub/http/server.hpp")
        self.put("hub/amqp/session.cpp", '\n  #  include "hub/http/server.hpp"\n')
        self.put("adapters/kit/kit.cpp", '#include "hub/http/server.hpp"\n')
        self.assertEqual(self.check(), ["adapters/kit/kit.cpp:1 import", "hub/amqp/session.cpp:2 import"])

    def test_outside_libraries_stay_where_they_belong(self):
        self.put("hub/core/ids.cpp", "#include <openssl/evp.h>\n#include <unistd.h>\n#include <boost/asio.hpp>\n")
        self.put("hub/core/signature.cpp", "#include <sqlite3.h>\n")
        self.header("hub/wire/codec.hpp", '#include "hub/v1/envelope.pb.h"\n')
        self.header("hub/amqp/session.hpp", "#include <amqp.h>\n")
        self.put("hub/settings.cpp", "#include <toml++/toml.h>\n")
        self.assertEqual(self.check(), [
            "hub/amqp/session.hpp:2 outside", "hub/core/ids.cpp:1 outside", "hub/core/ids.cpp:2 outside",
            "hub/core/ids.cpp:3 outside", "hub/core/signature.cpp:1 outside", "hub/settings.cpp:1 outside",
            "hub/wire/codec.hpp:2 outside"])

    def test_every_file_stands_in_a_room(self):
        self.put("adapters.cpp", "")
        self.put("hub/core/sub/x.cpp", "")
        self.assertEqual(imports.room_of(ROOMS, "tools/x.cpp"), None)
        self.assertEqual(imports.room_of(ROOMS, "hub/engine.cpp").name, "engine")
        self.assertEqual(imports.room_of(ROOMS, "hub/main.cpp").name, "app")
        self.assertEqual(imports.room_of(ROOMS, "adapters/folder/main.cpp").name, "adapters")

    def test_paths_start_at_the_source_root(self):
        self.header("hub/core/ids.hpp")
        self.put("hub/core/ids.cpp", '#include "ids.hpp"\n#include "../core/ids.hpp"\n#include "hub/core/idz.hpp"\n')
        self.assertEqual(self.check(), [f"hub/core/ids.cpp:{line} include" for line in (1, 2, 3)])

    def test_cycles(self):
        self.header("hub/core/a.hpp", '#include "hub/core/b.hpp"\n')
        self.header("hub/core/b.hpp", '#include "hub/core/c.hpp"\n')
        self.header("hub/core/c.hpp", '#include "hub/core/a.hpp"\n')
        self.header("hub/core/d.hpp", '#include "hub/core/a.hpp"\n')
        self.assertEqual(self.check(), ["hub/core/a.hpp:1 cycle"])

    def test_a_commented_include_is_none(self):
        self.put("hub/core/a.cpp", '// #include "hub/http/x.hpp"\n/*\n#include <amqp.h>\n*/\n')
        self.assertEqual(self.check(), [])

    def test_a_header_without_its_guard(self):
        self.put("hub/core/a.hpp", "int x;\n")
        self.assertEqual(self.check(), ["hub/core/a.hpp:1 header"])

    def test_clocks_in_the_core(self):
        for wrong in ("auto t = std::chrono::system_clock::now();", "using Clock = std::chrono::steady_clock;",
                      "::time(nullptr);", "time(NULL);", "std::time(&t);", "std::random_device d;", "int r = rand();",
                      "std::this_thread::sleep_for(1ms);", "clock_gettime(CLOCK_REALTIME, &t);"):
            self.put("hub/core/a.cpp", wrong + "\n")
            self.assertEqual(self.check(), ["hub/core/a.cpp:1 clock"], wrong)
        for right in ("// never system_clock::now()", 'log("steady_clock");', "run_time(0);", "e.time(0);",
                      "Instant{sys_time<milliseconds>{}}"):
            self.put("hub/core/a.cpp", right + "\n")
            self.assertEqual(self.check(), [], right)
        self.put("hub/core/a.cpp", "")
        self.put("hub/engine.cpp", "auto t = std::chrono::system_clock::now();\n")
        self.assertEqual(self.check(), [])


class Sizes(Tree):
    def check(self, exceptions=None):
        return self.found(sizes.check_sizes(self.root, exceptions or {}))

    def test_long_files(self):
        self.put("hub/core/a.cpp", "\n" * 500)
        self.put("tests/a.py", "\n" * 501)
        self.assertEqual(self.check(), ["tests/a.py:1 size"])

    def test_long_functions(self):
        body = "    x;\n" * 69
        for head in ("void f() {\n", "Result<void> A::f(int a, std::vector<int> b) const noexcept {\n",
                     "template <class T>\nauto f(T t) -> int {\n", "A::A(int x) : x_{x}, y_{2} {\n",
                     'TEST_CASE("a { b", "[c]") {\n', "void f() noexcept try {\n", "const auto f = [&](int x) {\n",
                     "A& operator=(A&& other) {\n"):
            self.put("hub/core/a.cpp", "namespace hub {\n" + head + body + "}\n}\n")
            lines = head.count("\n") - 1
            self.assertEqual(self.check(), [f"hub/core/a.cpp:{2 + lines} size"], head)
            self.put("hub/core/a.cpp", "namespace hub {\n" + head + body[7:] + "}\n}\n")
            self.assertEqual(self.check(), [], head)

    def test_what_is_no_function(self):
        body = "    x,\n" * 90
        for head in ("constexpr std::array rows{\n", "struct A {\n", "enum class E : int {\n", "namespace {\n",
                     "class A final : public B {\n", "const std::map<int, int> m = make(1) + Map{\n"):
            self.put("hub/core/a.cpp", head + body + "};\n")
            self.assertEqual(self.check(), [], head)

    def test_braces_in_text_do_not_count(self):
        self.put("hub/core/a.cpp", 'void f() {\n  g("{{{", \'{\', R"({{)");  // {\n}\n' + "int x;\n" * 100)
        self.assertEqual(self.check(), [])

    def test_digit_separators_are_no_quotes(self):
        self.put("hub/core/a.cpp", "void f() {\n  g(10'000);\n}\nvoid h() {\n  g(1'0);\n}\n")
        self.assertEqual([name for name, _, _ in sizes.functions(source.read(self.root, "hub/core/a.cpp"))], ["f", "h"])

    def test_exceptions_only_shrink(self):
        self.put("hub/core/a.cpp", "\n" * 510)
        self.assertEqual(self.check({("hub/core/a.cpp", None): 510}), [])
        self.assertEqual(self.check({("hub/core/a.cpp", None): 509}),
                         ["hub/core/a.cpp:1 size", "hub/core/a.cpp:1 exception"])
        self.put("hub/core/a.cpp", "")
        self.assertEqual(self.check({("hub/core/a.cpp", None): 510}), ["hub/core/a.cpp:1 exception"])

    def test_an_exception_has_a_reason(self):
        self.assertEqual(sizes.read_exceptions("# x\nfile a.cpp 510 One table.\n"), {("a.cpp", None): 510})
        with self.assertRaises(ValueError):
            sizes.read_exceptions("file a.cpp 510\n")

    def test_vague_names(self):
        for path in ("hub/core/utils.hpp", "hub/common/a.hpp", "tests/Helpers/a.py", "docs/misc/a.md"):
            self.put(path, "")
        self.assertEqual(len(sizes.check_names(self.root)), 4)
        self.put("hub/core/commonwealth.hpp", "")
        self.assertEqual(len(sizes.check_names(self.root)), 4)

    def test_leftovers(self):
        for mark in ("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"):
            self.put("hub/core/a.cpp", f"// {mark}: later\n")
            self.assertEqual(self.found(sizes.check_leftovers(self.root)), ["hub/core/a.cpp:1 leftover"])
        self.put("hub/core/a.cpp", "<" * 7 + " HEAD\n")
        self.assertEqual(self.found(sizes.check_leftovers(self.root)), ["hub/core/a.cpp:1 leftover"])


class Catalogue(Tree):
    def setUp(self):
        super().setUp()
        self.put("hub/telemetry/events.hpp", 'inline constexpr EventKind hub_ready{"HUB_READY", x};\n'
                                             "inline constexpr std::array all{hub_ready};\n")
        self.put("hub/telemetry/troubles.hpp", 'inline constexpr Trouble axis_late{\n    "AXIS_LATE",\n};\n')
        self.put("docs/operations.md", "### HUB_READY\n### AXIS_LATE\n")
        self.put("hub/app.cpp", "log(events::hub_ready, {});\n")

    def check(self):
        return [f.text for f in catalogue.check_events(self.root)]

    def test_in_order(self):
        self.assertEqual(self.check(), [])

    def test_a_section_is_missing_or_is_about_nothing(self):
        self.put("docs/operations.md", "### HUB_GONE\n")
        self.assertEqual(self.check(), ["no section ### AXIS_LATE", "no section ### HUB_READY",
                                        "a section ### HUB_GONE, but no such event or trouble"])

    def test_logged_twice(self):
        self.put("hub/engine.cpp", "\nlog(events::hub_ready, {});\n")
        self.assertEqual(self.check(), ["HUB_READY is logged from hub/app.cpp:1 too"])

    def test_logged_nowhere(self):
        self.put("hub/app.cpp", "// log(events::hub_ready, {});\n")
        self.assertEqual(self.check(), ["HUB_READY is logged nowhere"])

    def test_not_in_the_list(self):
        self.put("hub/telemetry/events.hpp", 'EventKind hub_ready{"HUB_READY"};\nstd::array all{};\n')
        self.assertEqual(self.check(), ["HUB_READY is missing in `all`"])

    def test_codes(self):
        self.put("hub/core/fault.hpp", "enum class Errc : int {\n    // The sender's.\n    one,\n    two,\n};\n")
        self.put("docs/receipts.md", "| `one` | x |\n")
        self.assertEqual([f.text for f in catalogue.check_codes(self.root)], ["`two` is not explained"])


class Documents(Tree):
    def test_links(self):
        self.put("docs/a.md", "# One `two`: three!\n[b](b.md) [up](../README.md) [web](https://x.vn/) [c](#one-two-three)\n"
                              "[d](b.md#nothing) [e](#gone)\n```\n[in a fence](gone.md)\n```\n")
        self.put("docs/b.md", "")
        self.assertEqual(self.found(documents.check_links(self.root)),
                         ["docs/a.md:2 link", "docs/a.md:3 link", "docs/a.md:3 link"])

    def test_layout(self):
        for name in documents.LAYOUT - {"README.md"}:
            self.put(name + "/x" if "." not in name and name != "LICENSE" else name, "")
        self.put("tools/x", "")
        self.put(".ci/run", "")
        self.put("build/x", "")
        self.assertEqual(self.found(documents.check_layout(self.root)), ["tools:1 layout", "README.md:1 layout"])

    def test_packages(self):
        self.put("deploy/packages.txt", "# list\ncmake\ngit\ncmake\n")
        self.put("deploy/demo.sh", 'apt-get -y install cmake g++\n')
        self.put("tests/run.sh", 'mapfile p < deploy/packages.txt\napt-get install -y --no-install-recommends "${p[@]}"\n')
        self.assertEqual(self.found(documents.check_packages(self.root)),
                         ["deploy/packages.txt:1 packages", "deploy/demo.sh:1 packages", "deploy/demo.sh:1 packages"])

    def test_commands(self):
        text = "```console\n$ lgsp find x\noutput\n$ a \\\n    b\n```\n```\n$ no\n```\n"
        self.assertEqual(console.commands(text), [(2, "lgsp find x"), (4, "a b")])

    def test_paths_of_one_machine(self):
        self.put("docs/a.md", "see /ro" + "ot/x\n")
        self.put("docs/b.md", "see /var/lib/lgsp and x/wo" + "rk/y\n")
        self.assertEqual(self.found(documents.check_machine_paths(self.root)), ["docs/a.md:1 machine"])

    def test_scripts_run(self):
        self.put("tests/run.sh", "", 0o644)
        self.put(".ci/run", "", 0o755)
        self.assertEqual(self.found(documents.check_executables(self.root)), ["tests/run.sh:1 mode"])


if __name__ == "__main__":
    unittest.main()
