/**
 * What `--help` says of a command: a sentence, examples, definitions, options.
 *
 * The parser's own help spends six lines on an option and colours on any output, so its tree is printed here.
 */
import { stripVTControlCharacters } from "node:util"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Span from "@effect/cli/HelpDoc/Span"
import * as Arr from "effect/Array"
import { ink, type Style } from "./render/style.ts"
import { wrapped } from "./render/text.ts"

type Example = readonly [command: string, meaning: string]

/** Help with examples, each with what it is for. */
export const help = (
  summary: string,
  examples: Arr.NonEmptyReadonlyArray<Example>,
  definitions: ReadonlyArray<string> = [],
): HelpDoc.HelpDoc =>
  HelpDoc.blocks([
    HelpDoc.p(summary),
    HelpDoc.h1("Examples"),
    HelpDoc.descriptionList(
      Arr.map(examples, ([command, meaning]): [Span.Span, HelpDoc.HelpDoc] => [Span.text(command), HelpDoc.p(meaning)]),
    ),
    ...(definitions.length === 0 ? [] : [HelpDoc.h1("Definitions"), ...definitions.map((line) => HelpDoc.p(line))]),
  ])

const plain = (doc: HelpDoc.HelpDoc): string => stripVTControlCharacters(HelpDoc.toAnsiText(doc)).trim()

/** A document's blocks in order, none inside another. */
const blocksOf = (doc: HelpDoc.HelpDoc): ReadonlyArray<HelpDoc.HelpDoc> => {
  if (HelpDoc.isSequence(doc)) return [...blocksOf(doc.left), ...blocksOf(doc.right)]
  return HelpDoc.isEmpty(doc) ? [] : [doc]
}

/** What the parser says of every option of a kind, and so of none in particular. */
const isBoilerplate = (text: string): boolean =>
  /^(a user-defined piece of text|an integer|a floating point number|a true or false value|this (setting|option) is optional|this option may be repeated zero or more times)\.?$/i.test(
    text,
  )

const indent = "  "

const definition = (term: string, meaning: HelpDoc.HelpDoc, style: Style, width: number): ReadonlyArray<string> => {
  const text = blocksOf(meaning)
    .map(plain)
    .filter((line) => !isBoilerplate(line))
    .filter((line) => !line.startsWith("One of the following: "))
    .join(" ")
  return [`${indent}${ink(style, "bold", term)}`, ...wrapped(text, width - 6).map((line) => `      ${line}`)]
}

/** However wide the terminal, longer lines are hard to read. */
export const widestHelp = 100

/** The parser's titles, as ours are written. */
const titles = new Map([
  ["ARGUMENTS", "Arguments"],
  ["COMMANDS", "Commands"],
  ["OPTIONS", "Options"],
])

/** The blocks of help as lines that fit the terminal. */
export const render = (doc: HelpDoc.HelpDoc, style: Style): ReadonlyArray<string> => {
  const width = Math.min(widestHelp, style.width)
  return blocksOf(doc).flatMap((block): ReadonlyArray<string> => {
    if (HelpDoc.isHeader(block)) {
      const title = plain(HelpDoc.p(block.value))
      return title === "DESCRIPTION" ? [] : ["", ink(style, "bold", titles.get(title) ?? title)]
    }
    if (HelpDoc.isDescriptionList(block)) {
      return block.definitions.flatMap(([term, meaning]) => definition(plain(HelpDoc.p(term)), meaning, style, width))
    }
    if (HelpDoc.isEnumeration(block)) {
      return block.elements.flatMap((element) => wrapped(plain(element), width - 2).map((line) => `${indent}${line}`))
    }
    return wrapped(plain(block), width)
  })
}

/** The first sentence of a command's help. */
export const summary = (doc: HelpDoc.HelpDoc): string => {
  const first = blocksOf(doc).find((block) => HelpDoc.isParagraph(block))
  return first === undefined ? "" : plain(first).replace(/\. .*$/s, ".")
}

export interface OptionHelp {
  /** `--from` */
  readonly name: string
  /** Whether a value is of the kind that help announces: one of a few words, or a number. */
  readonly accepts: (value: string) => boolean
}

/** What help explains. */
const termsIn = (doc: HelpDoc.HelpDoc): ReadonlyArray<string> =>
  blocksOf(doc)
    .filter((block) => HelpDoc.isDescriptionList(block))
    .flatMap(({ definitions }) => definitions.map(([term]) => plain(HelpDoc.p(term))))

/** The arguments that help names: `<T>`. */
export const argumentsIn = (doc: HelpDoc.HelpDoc): ReadonlyArray<string> =>
  termsIn(doc).filter((term) => /^<\w+>$/.test(term))

/** The options that help names. */
export const optionsIn = (doc: HelpDoc.HelpDoc): ReadonlyArray<OptionHelp> =>
  termsIn(doc)
    .filter((term) => term.startsWith("--"))
    .map((term) => {
      const [name = "", kind = ""] = term.split(/ (.*)/s)
      const words = kind.includes(" | ") ? kind.split(" | ") : undefined
      return {
        name,
        accepts: (value) => {
          if (words !== undefined) return words.includes(value)
          return kind === "integer"
            ? /^-?\d+$/.test(value)
            : kind !== "float" || (value.trim() !== "" && Number.isFinite(Number(value)))
        },
      }
    })
