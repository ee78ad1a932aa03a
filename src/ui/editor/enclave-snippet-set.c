/* enclave-snippet-set.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The snippets that come with the program: what is typed often in a language, and nothing of a taste. Indented with tabs, which become
 * the text's own indentation.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-snippets.h"

#define C "c;chdr;cpp;cpphdr"
#define CPP "cpp;cpphdr"
#define JS "js;jsx;typescript;typescript-jsx"
#define TS "typescript;typescript-jsx"
#define PYTHON "python;python3"

static const EnclaveSnippetEntry entries[] = {
  { C, "for", N_("Counting loop"), "for (${1:int} ${2:i} = 0; $2 < ${3:n}; $2++)\n{\n\t$0\n}" },
  { C, "while", N_("Loop while something holds"), "while (${1:condition})\n{\n\t$0\n}" },
  { C, "do", N_("Loop that runs at least once"), "do\n{\n\t$0\n}\nwhile (${1:condition});" },
  { C, "if", N_("Condition"), "if (${1:condition})\n{\n\t$0\n}" },
  { C, "ife", N_("Condition with its opposite"), "if (${1:condition})\n{\n\t$2\n}\nelse\n{\n\t$0\n}" },
  { C, "switch", N_("Choice of several"), "switch (${1:value})\n{\ncase ${2:one}:\n\t$0\n\tbreak;\ndefault:\n\tbreak;\n}" },
  { C, "inc", N_("Include of the system"), "#include <${1:stdio.h}>" },
  { C, "incl", N_("Include of the project"), "#include \"${1:header.h}\"" },
  { C, "once", N_("Guard against a second include"), "#ifndef ${1:HEADER_H}\n#define $1\n\n$0\n\n#endif" },
  { "c;cpp", "main", N_("Start of a program"), "int\nmain (int argc, char **argv)\n{\n\t$0\n\treturn 0;\n}" },
  { "c;chdr", "struct", N_("Structure"), "typedef struct\n{\n\t$0\n} ${1:Name};" },
  { C, "enum", N_("Enumeration"), "typedef enum\n{\n\t$0\n} ${1:Name};" },
  { "c;cpp", "fn", N_("Function"), "static ${1:void}\n${2:name} (${3:void})\n{\n\t$0\n}" },
  { CPP, "class", N_("Class"), "class ${1:Name}\n{\npublic:\n\t$1 ();\n\t~$1 ();\n\nprivate:\n\t$0\n};" },
  { CPP, "struct", N_("Structure"), "struct ${1:Name}\n{\n\t$0\n};" },
  { CPP, "fore", N_("Loop over all elements"), "for (const auto &${1:item} : ${2:items})\n{\n\t$0\n}" },
  { CPP, "ns", N_("Namespace"), "namespace ${1:name}\n{\n$0\n}" },
  { CPP, "lambda", N_("Function without a name"), "[${1:&}] (${2}) { $0 }" },
  { CPP, "try", N_("Catch what is thrown"), "try\n{\n\t$0\n}\ncatch (const ${1:std::exception} &${2:error})\n{\n}" },

  { PYTHON, "def", N_("Function"), "def ${1:name}(${2}):\n\t${0:pass}" },
  { PYTHON, "class", N_("Class"), "class ${1:Name}:\n\tdef __init__(self${2}):\n\t\t${0:pass}" },
  { PYTHON, "for", N_("Loop over all elements"), "for ${1:item} in ${2:items}:\n\t${0:pass}" },
  { PYTHON, "while", N_("Loop while something holds"), "while ${1:condition}:\n\t${0:pass}" },
  { PYTHON, "if", N_("Condition"), "if ${1:condition}:\n\t${0:pass}" },
  { PYTHON, "ife", N_("Condition with its opposite"), "if ${1:condition}:\n\t${2:pass}\nelse:\n\t${0:pass}" },
  { PYTHON, "try", N_("Catch what is thrown"), "try:\n\t${1:pass}\nexcept ${2:OSError} as ${3:error}:\n\t${0:raise}" },
  { PYTHON, "with", N_("Context that is left in any case"), "with ${1:open(path)} as ${2:file}:\n\t${0:pass}" },
  { PYTHON, "main", N_("Start of a program"), "def main():\n\t${0:pass}\n\n\nif __name__ == \"__main__\":\n\tmain()" },
  { PYTHON, "data", N_("Data class"), "@dataclass\nclass ${1:Name}:\n\t${2:field}: ${3:str}$0" },
  { PYTHON, "test", N_("Test"), "def test_${1:name}():\n\tassert ${0:True}" },

  { "rust", "fn", N_("Function"), "fn ${1:name}(${2}) {\n\t$0\n}" },
  { "rust", "pfn", N_("Public function"), "pub fn ${1:name}(${2}) -> ${3:()} {\n\t$0\n}" },
  { "rust", "for", N_("Loop over all elements"), "for ${1:item} in ${2:items} {\n\t$0\n}" },
  { "rust", "if", N_("Condition"), "if ${1:condition} {\n\t$0\n}" },
  { "rust", "ifl", N_("Condition on a pattern"), "if let ${1:Some(value)} = ${2:option} {\n\t$0\n}" },
  { "rust", "match", N_("Choice of several"), "match ${1:value} {\n\t${2:pattern} => ${0:result},\n}" },
  { "rust", "struct", N_("Structure"), "#[derive(Debug)]\nstruct ${1:Name} {\n\t$0\n}" },
  { "rust", "enum", N_("Enumeration"), "#[derive(Debug)]\nenum ${1:Name} {\n\t$0\n}" },
  { "rust", "impl", N_("Methods of a type"), "impl ${1:Name} {\n\t$0\n}" },
  { "rust", "test", N_("Test"), "#[test]\nfn ${1:name}() {\n\t$0\n}" },
  { "rust", "tests", N_("Module of tests"),
    "#[cfg(test)]\nmod tests {\n\tuse super::*;\n\n\t#[test]\n\tfn ${1:name}() {\n\t\t$0\n\t}\n}" },

  { "go", "fn", N_("Function"), "func ${1:name}(${2}) ${3:error} {\n\t$0\n}" },
  { "go", "meth", N_("Method"), "func (${1:receiver} *${2:Type}) ${3:Name}(${4}) ${5:error} {\n\t$0\n}" },
  { "go", "for", N_("Counting loop"), "for ${1:i} := 0; $1 < ${2:n}; $1++ {\n\t$0\n}" },
  { "go", "forr", N_("Loop over all elements"), "for ${1:_}, ${2:item} := range ${3:items} {\n\t$0\n}" },
  { "go", "if", N_("Condition"), "if ${1:condition} {\n\t$0\n}" },
  { "go", "iferr", N_("Return an error"), "if err != nil {\n\treturn ${1:err}\n}\n$0" },
  { "go", "struct", N_("Structure"), "type ${1:Name} struct {\n\t$0\n}" },
  { "go", "iface", N_("Interface"), "type ${1:Name} interface {\n\t$0\n}" },
  { "go", "switch", N_("Choice of several"), "switch ${1:value} {\ncase ${2:one}:\n\t$0\n}" },
  { "go", "main", N_("Start of a program"), "package main\n\nfunc main() {\n\t$0\n}" },
  { "go", "test", N_("Test"), "func Test${1:Name}(t *testing.T) {\n\t$0\n}" },

  { JS, "fn", N_("Function"), "function ${1:name}(${2}) {\n\t$0\n}" },
  { JS, "afn", N_("Asynchronous function"), "async function ${1:name}(${2}) {\n\t$0\n}" },
  { JS, "arrow", N_("Function without a name"), "(${1}) => {\n\t$0\n}" },
  { JS, "for", N_("Counting loop"), "for (let ${1:i} = 0; $1 < ${2:items}.length; $1++) {\n\t$0\n}" },
  { JS, "forof", N_("Loop over all elements"), "for (const ${1:item} of ${2:items}) {\n\t$0\n}" },
  { JS, "if", N_("Condition"), "if (${1:condition}) {\n\t$0\n}" },
  { JS, "ife", N_("Condition with its opposite"), "if (${1:condition}) {\n\t$2\n} else {\n\t$0\n}" },
  { JS, "class", N_("Class"), "class ${1:Name} {\n\tconstructor(${2}) {\n\t\t$0\n\t}\n}" },
  { JS, "try", N_("Catch what is thrown"), "try {\n\t$0\n} catch (${1:error}) {\n\tthrow $1;\n}" },
  { JS, "imp", N_("Import"), "import { ${2:name} } from '${1:module}';" },
  { JS, "test", N_("Test"), "test('${1:what it does}', () => {\n\t$0\n});" },
  { TS, "iface", N_("Interface"), "interface ${1:Name} {\n\t$0\n}" },
  { TS, "type", N_("Name for a type"), "type ${1:Name} = ${0:string};" },

  { "sh", "bang", N_("First line of a script"), "#!/bin/sh\nset -eu\n\n$0" },
  { "sh", "if", N_("Condition"), "if ${1:[ -n \"\\$1\" ]}; then\n\t$0\nfi" },
  { "sh", "for", N_("Loop over all elements"), "for ${1:item} in ${2:\"\\$@\"}; do\n\t$0\ndone" },
  { "sh", "while", N_("Loop over the lines of the input"), "while IFS= read -r ${1:line}; do\n\t$0\ndone" },
  { "sh", "case", N_("Choice of several"), "case ${1:\"\\$1\"} in\n${2:-h}) $0 ;;\n*) exit 2 ;;\nesac" },
  { "sh", "fn", N_("Function"), "${1:name}() {\n\t$0\n}" },
  { "sh", "tmp", N_("Folder that goes with the script"), "${1:folder}=$(mktemp -d)\ntrap 'rm -rf \"\\$$1\"' EXIT\n$0" },

  { "meson", "project", N_("Project"), "project('${1:name}', '${2:c}',\n\tversion: '${3:0.1.0}',\n\tmeson_version: '>= ${4:1.0}',\n)\n$0" },
  { "meson", "exe", N_("Program"), "${1:program} = executable('$1',\n\t${2:'main.c'},\n\tdependencies: [${3}],\n\tinstall: true,\n)\n$0" },
  { "meson", "lib", N_("Library"), "${1:name}_lib = static_library('$1',\n\t'${2:file.c}',\n\tdependencies: [${3}],\n)\n$0" },
  { "meson", "dep", N_("Dependency"), "${1:glib}_dep = dependency('${2:glib-2.0}', version: '>= ${3:2.74}')" },
  { "meson", "test", N_("Test"), "test('${1:name}', ${2:program})" },

  { "html", "page", N_("Page"),
    "<!DOCTYPE html>\n<html lang=\"${1:en}\">\n<head>\n\t<meta charset=\"utf-8\">\n\t<title>${2:Title}</title>\n</head>\n<body>\n\t$0\n"
    "</body>\n</html>" },
  { "html", "a", N_("Link"), "<a href=\"${1:address}\">${0:text}</a>" },
  { "html", "img", N_("Picture"), "<img src=\"${1:address}\" alt=\"${2:what is seen}\">" },
  { "html", "ul", N_("List"), "<ul>\n\t<li>$0</li>\n</ul>" },
  { "html", "table", N_("Table"), "<table>\n\t<tr><th>${1:Head}</th></tr>\n\t<tr><td>$0</td></tr>\n</table>" },
  { "css", "media", N_("Rules for some screens"), "@media (${1:max-width: 600px}) {\n\t$0\n}" },

  { "markdown", "code", N_("Block of code"), "```${1:sh}\n$0\n```" },
  { "markdown", "link", N_("Link"), "[${1:text}](${2:address})$0" },
  { "markdown", "img", N_("Picture"), "![${1:what is seen}](${2:address})$0" },
  { "markdown", "table", N_("Table"), "| ${1:Head} | ${2:Head} |\n| --- | --- |\n| $0 | |" },
  { "markdown", "task", N_("Task to be done"), "- [ ] $0" },

  { "java", "main", N_("Start of a program"), "public static void main(String[] args) {\n\t$0\n}" },
  { "java", "class", N_("Class"), "public class ${1:$TM_FILENAME_BASE} {\n\t$0\n}" },
  { "java", "for", N_("Counting loop"), "for (int ${1:i} = 0; $1 < ${2:n}; $1++) {\n\t$0\n}" },
  { "java", "fore", N_("Loop over all elements"), "for (${1:String} ${2:item} : ${3:items}) {\n\t$0\n}" },
  { "cmake", "project", N_("Project"), "cmake_minimum_required(VERSION ${1:3.20})\nproject(${2:name} LANGUAGES ${3:C})\n$0" },
  { "cmake", "exe", N_("Program"), "add_executable(${1:program} ${2:main.c})\ntarget_link_libraries($1 PRIVATE ${3})\n$0" },
  { "makefile", "rule", N_("Rule"), "${1:target}: ${2:prerequisites}\n\t${0:command}" },
  { "sql", "sel", N_("Query"), "SELECT ${1:*}\nFROM ${2:table}\nWHERE ${0:condition};" },
};

const EnclaveSnippetEntry *
_enclave_snippet_set (guint *n_entries)
{
  *n_entries = G_N_ELEMENTS (entries);
  return entries;
}
