/**
 * Checks that no name of a file or of an export has a word that the glossary avoids.
 *
 * Shape    one line a breach; as a program (`node src/words.ts`) it prints them and exits 1. The words are those in code
 *          style in the third column of a term, or in the first column of "How names are made"
 * Source   docs/glossary.md
 */
import { globSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { parseSync } from "oxc-parser"

const cellsOf = (line: string): ReadonlyArray<string> =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim())

const codeWords = (cell: string): ReadonlyArray<string> => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word)

/** The words that a glossary avoids in names. */
export const avoidedWords = (glossary: string): ReadonlySet<string> => {
  const [terms = "", grammar = ""] = glossary.split("## How names are made")
  const lists = [
    ...terms.split("\n").map((line) => cellsOf(line)[2] ?? ""),
    ...grammar.split("\n").map((line) => cellsOf(line)[0] ?? ""),
  ]
  return new Set(lists.flatMap(codeWords).map((word) => word.toLowerCase()))
}

/** The words of a name: `rowsPerGroup` has rows, per, group. */
export const wordsOf = (name: string): ReadonlyArray<string> =>
  name
    .split(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase())

const exportsOf = (file: string, text: string): ReadonlyArray<string> =>
  parseSync(file, text).module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName }) => (exportName.name === null ? [] : [exportName.name])),
  )

/** The breaches in a repository: `file: "name" has the word "kept"`. */
export const breachesIn = (root: string): ReadonlyArray<string> => {
  const avoided = avoidedWords(readFileSync(join(root, "docs/glossary.md"), "utf8"))
  if (avoided.size === 0) return ["docs/glossary.md: it avoids no word"]
  return globSync(["packages/*/src/**/*.{ts,tsx}", "apps/*/src/**/*.{ts,tsx}"], { cwd: root })
    .toSorted()
    .flatMap((file) => {
      const names = [basename(file).replace(/\.\w+$/, ""), ...exportsOf(file, readFileSync(join(root, file), "utf8"))]
      return [...new Set(names)].flatMap((name) =>
        wordsOf(name)
          .filter((word) => avoided.has(word))
          .map((word) => `${file}: "${name}" has the word "${word}"`),
      )
    })
}

if (import.meta.main) {
  const breaches = breachesIn(join(import.meta.dirname, "../../.."))
  for (const breach of breaches) process.stderr.write(`${breach}; docs/glossary.md has another\n`)
  process.exitCode = breaches.length === 0 ? 0 : 1
}
