/**
 * Finds the examples in the project's documents: `@example` in docstrings of the packages, `ts` blocks in Markdown.
 *
 * Shape    one TypeScript module an example; `expression // => value` has become an assertion. An example in a
 *          docstring may use core's modules by their names (`Window.make`) without importing them
 */
import { globSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"

export interface Example {
  /** Where it stands: `packages/core/src/Window.ts:20`. */
  readonly place: string
  readonly source: string
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length

/** Statements that end in `// => value` compare; `...` at the end of the value compares its beginning only. */
const withAssertions = (code: string): string =>
  code
    .split("\n")
    .map((line) => {
      const claim = /^(\s*)(?:const (\w+) = )?(.+?)\s*\/\/ => (.+)$/.exec(line)
      if (claim === null) return line
      const [, indent, name, expression, expected] = claim
      if (name !== undefined) return `${line}\n${indent}claim(${name}, ${JSON.stringify(expected)})`
      return `${indent}claim(${expression}, ${JSON.stringify(expected)})`
    })
    .join("\n")

const prelude = `import { inspect } from "node:util"
import { expect } from "vitest"
const claim = (actual: unknown, expected: string): void => {
  const shown = inspect(actual, { depth: 9, breakLength: Infinity, compact: Infinity })
  if (expected.endsWith("...")) expect(shown.startsWith(expected.slice(0, -3)), shown).toBe(true)
  else expect(shown).toBe(expected)
}
`

const docstrings = (root: string): ReadonlyArray<Example> => {
  const modules = new Map(
    globSync("packages/core/src/**/*.ts", { cwd: root })
      .filter((file) => !file.includes("/format/"))
      .map((file) => [basename(file, ".ts"), `@dwell/core/${basename(file, ".ts")}`]),
  )
  for (const name of ["Effect", "Either", "Stream"]) modules.set(name, `effect/${name}`)
  for (const name of ["csv", "json", "ndjson", "parquet", "xml", "Format"])
    modules.set(name, `@dwell/core/format/${name}`)
  return globSync("packages/*/src/**/*.ts", { cwd: root }).flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8")
    return [...text.matchAll(/\* @example\n((?: \*(?: .*)?\n|\s+\*(?: .*)?\n)+?)\s*\*(?:\/| @)/g)].map((found) => {
      const code = (found[1] ?? "").replaceAll(/^\s*\* ?/gm, "").replaceAll(/^```(?:ts)?\n?/gm, "")
      const imports = [...modules]
        .filter(([name]) => new RegExp(`(?<![.\\w"/])${name}\\.`).test(code) && !code.includes(`import * as ${name} `))
        .map(([name, from]) => `import * as ${name} from "${from}"\n`)
      return {
        place: `${file}:${lineAt(text, found.index)}`,
        source: `${imports.join("")}${prelude}${withAssertions(code)}`,
      }
    })
  })
}

const markdown = (root: string): ReadonlyArray<Example> =>
  globSync(["*.md", "docs/*.md", "packages/*/*.md", "apps/*/*.md"], { cwd: root }).flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8")
    return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map((found) => ({
      place: `${file}:${lineAt(text, found.index)}`,
      source: `${prelude}${withAssertions(found[1] ?? "")}`,
    }))
  })

/** Every example below `root`, in the order of the files. */
export const examples = (root: string): ReadonlyArray<Example> => [...docstrings(root), ...markdown(root)]
