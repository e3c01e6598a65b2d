// Every text of the screens that a person can read, in one file, so that all of them can be reviewed at once. After a change
// of words, `vitest run test/screen/texts.test.ts --update` writes the file again.
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"

const folder = join(import.meta.dirname, "../../src/screen")

/** A string of a source file, with what stands before it; `{…}` for what is filled in. */
interface Literal {
  readonly before: string
  readonly text: string
}

/** Reads code from `start` to the brace that closes it, or to its end; gives where it stopped. */
const scan = (source: string, start: number, found: Array<Literal>): number => {
  let at = start
  let depth = 0
  while (at < source.length) {
    const character = source[at] ?? ""
    const two = source.slice(at, at + 2)
    if (two === "//") at = endOf(source, "\n", at)
    else if (two === "/*") at = endOf(source, "*/", at)
    else if (character === '"' || character === "'") {
      const [all = '""'] = /^(["'])(?:(?!\1)[^\\]|\\.)*\1/.exec(source.slice(at)) ?? []
      found.push({ before: source.slice(0, at), text: all.slice(1, -1).replaceAll('\\"', '"') })
      at += all.length
    } else if (character === "`") at = template(source, at, found)
    else if (character === "/" && /[(,=:[!&|?{;]\s*$/.test(source.slice(0, at))) {
      at += /^\/(?:\[(?:[^\]\\]|\\.)*\]|[^/\\[]|\\.)+\//.exec(source.slice(at))?.[0].length ?? 1
    } else {
      if (character === "{") depth += 1
      if (character === "}" && depth-- === 0) return at
      at += 1
    }
  }
  return at
}

const endOf = (source: string, mark: string, from: number): number => {
  const end = source.indexOf(mark, from)
  return end < 0 ? source.length : end + mark.length
}

/** Reads a template literal, and the code that is filled in; gives where it ends. */
const template = (source: string, start: number, found: Array<Literal>): number => {
  let text = ""
  let at = start + 1
  while (at < source.length && source[at] !== "`") {
    if (source.startsWith("${", at)) {
      text += "{…}"
      at = scan(source, at + 2, found) + 1
    } else {
      const length = source[at] === "\\" ? 2 : 1
      text += source.slice(at, at + length)
      at += length
    }
  }
  found.push({ before: source.slice(0, start), text })
  return at + 1
}

/** Properties whose strings are always shown. */
const shown = /\b(title|description|text|unit|formula|meaning|fix|message|progress): $/

/** Whether a person reads it: a word with a capital, or several words; codes, variables and modules are none. */
const isRead = ({ before, text }: Literal): boolean => {
  if (!/[a-z]{2}/i.test(text.replaceAll("{…}", ""))) return false
  if (
    /\b(from|import|import\() ?$/.test(before.slice(-12)) ||
    /^[A-Z_]+$|^P[T\d]|^[A-Z]\w*[A-Z]\w*$|^\d+ (second|hour)s?$|\\u/.test(text)
  )
    return false
  return shown.test(before) || /\w \w|[a-z] \{…\}|\{…\} [a-z]/i.test(text) || /^ ?[A-Z][a-z]/.test(text)
}

it("texts are those of texts.txt, which can be reviewed as a whole", async () => {
  const files = globSync("**/*.{ts,tsx}", { cwd: folder }).toSorted()
  const pages = files.flatMap((file) => {
    const literals: Array<Literal> = []
    scan(readFileSync(join(folder, file), "utf8"), 0, literals)
    const texts = new Set(literals.filter(isRead).map(({ text }) => `  ${text.trim()}`))
    return texts.size === 0 ? [] : [[file.replaceAll("\\", "/"), ...texts].join("\n")]
  })
  await expect(`${pages.join("\n\n")}\n`).toMatchFileSnapshot("texts.txt")
})
