"""The house rules that an import contract cannot hold, read from the code itself."""

import ast
import re
import subprocess
import sys

import pytest

from tests.source import PACKAGES, ROOT, Source, dotted, sources

WRITING_CALLS = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
WRITING_CALLS |= {f"a{name}" for name in WRITING_CALLS}
QUERYSET_WORDS = {"objects", "filter", "exclude", "all", "select_for_update", "visible_to", "_base_manager"}
SHAPELESS_NAMES = {"utils", "helpers", "common", "manager", "misc", "core"}
CODE = [source for source in sources(*PACKAGES) if not source.is_migration]
MIGRATIONS = [source for source in sources(*PACKAGES) if source.is_migration]


def may_write(source: Source) -> bool:
    """Services, the audit log, and what each library's own objects need: managers of accounts make accounts."""
    return "services" in source.parts or source.parts[:2] == ("agencies", "audit")


def reads_for_a_person(source: Source) -> bool:
    return source.path.name == "views.py" or bool({"views", "api"} & set(source.parts))


def writes_rows(method: ast.Attribute) -> bool:
    """A workbook or a document is saved too, and a dict updated; neither has anything to do with the database."""
    chain = dotted(method.value).split(".")
    if method.attr == "update":
        return bool(QUERYSET_WORDS & set(chain))
    return method.attr in WRITING_CALLS and chain[-1] not in {"workbook", "document", "book", "file"}


def test_only_services_write():
    found = [
        f"{source.at(call)} {call.func.attr}"
        for source in CODE
        if not may_write(source)
        for call in source.calls()
        if isinstance(call.func, ast.Attribute) and writes_rows(call.func)
    ]
    assert found == []


def test_filters_are_strict():
    """`.qs` answers with every row when the input is bad."""
    found = [
        source.at(node)
        for source in CODE
        if source.path.name != "filters.py" and "filters" not in source.parts
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr == "qs"
    ]
    assert found == []


def test_views_and_api_start_from_what_the_person_may_see():
    found = []
    for source in filter(reads_for_a_person, CODE):
        parents = {child: node for node in source.nodes for child in ast.iter_child_nodes(node)}
        for node in source.nodes:
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
                after = parents.get(node)
                if not (isinstance(after, ast.Attribute) and after.attr in {"visible_to", "counted"}):
                    found.append(source.at(node))
    assert found == []


def test_nothing_happens_behind_a_signal():
    names = {"receiver", "connect_via"}
    found = [
        source.at(node)
        for source in CODE
        for node in source.nodes
        if (isinstance(node, ast.Name) and node.id in names)
        or (isinstance(node, ast.Call) and re.search(r"(pre|post)_(save|delete|init)\.connect$", dotted(node.func)))
    ]
    assert found == []


def test_saving_a_model_has_no_side_effect():
    found = [
        source.at(function)
        for source in CODE
        if "models" in source.parts
        for function in source.functions()
        if function.name in {"save", "delete"}
    ]
    assert found == []


def test_imports_are_absolute_and_at_the_top():
    found = []
    for source in [*CODE, *sources("tests")]:
        for node in source.nodes:
            if isinstance(node, ast.ImportFrom) and node.level:
                found.append(f"{source.at(node)} relative")
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*" and source.name != "tests/settings.py":
                found.append(f"{source.at(node)} star")
        found += [
            f"{source.at(node)} inside a function"
            for function in source.functions()
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
    assert found == []


def test_migrations_import_no_application_code():
    found = [
        source.at(node)
        for source in MIGRATIONS
        for node in source.nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
        if name.split(".")[0] in PACKAGES
    ]
    assert found == []


def test_the_person_who_acts_is_always_named():
    """A service that takes `acting_user` takes it by keyword and has no default for it."""
    found = [
        source.at(function)
        for source in CODE
        for function in source.functions()
        for place, argument in enumerate(function.args.kwonlyargs)
        if argument.arg == "acting_user" and function.args.kw_defaults[place] is not None
    ]
    found += [
        source.at(function)
        for source in CODE
        if "services" in source.parts
        for function in source.functions()
        if any(argument.arg == "acting_user" for argument in [*function.args.posonlyargs, *function.args.args])
        and not function.name.startswith("_")
    ]
    assert found == []


def test_a_switched_off_check_says_which_and_why():
    ignored = re.compile(
        r"#\s*type:\s*ignore(?!\[[\w, -]+\]\s*#\s*\w)|#\s*noqa(?!: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)* - \w)"
    )
    found = [
        f"{source.name}:{number}"
        for source in CODE
        for number, line in enumerate(source.text.splitlines(), 1)
        if ignored.search(line)
    ]
    assert found == []


def test_modules_have_names_that_say_something():
    found = [source.name for source in [*CODE, *sources("tests")] if source.path.stem in SHAPELESS_NAMES]
    assert found == []


def test_modules_and_services_say_what_they_guarantee():
    found = [source.name for source in CODE if source.text.strip() and ast.get_docstring(source.tree) is None]
    found += [
        f"{source.at(function)} {function.name}"
        for source in CODE
        if source.parts[1] in {"services", "permissions", "statistics", "querysets", "rules"}
        or "commands" in source.parts
        for function in source.tree.body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and ast.get_docstring(function) is None
    ]
    assert found == []


def test_templates_hold_no_inline_script_or_style():
    pattern = re.compile(r"<style\b|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\b(?:src|nonce)=)", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_no_template_name_is_in_both_engines():
    ours = {path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.html")}
    django = {path.relative_to(ROOT / "templates/django") for path in (ROOT / "templates/django").rglob("*.html")}
    assert not ours & django


@pytest.mark.parametrize("name", ["a.b().c", "a[0].b"])
def test_the_reader_of_chains_reads_them(name):
    assert dotted(ast.parse(name, mode="eval").body) in {"a.b.c", "a.b"}


def test_imports_point_down():
    """The layers of `pyproject.toml`."""
    command = [str(ROOT / ".venv/bin/lint-imports"), "--no-cache"]
    if not (ROOT / ".venv/bin/lint-imports").exists():
        command = [sys.executable, "-m", "importlinter.cli", "lint", "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout
