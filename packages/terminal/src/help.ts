/**
 * The help of a program and its commands: a sentence, examples, definitions and options; and the messages for a wrong
 * command line.
 *
 * The parser's own help takes six lines per option and always prints colours, so this module prints the parser's tree.
 */
import { stripVTControlCharacters } from "node:util"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Span from "@effect/cli/HelpDoc/Span"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { ink, type Style } from "./style.ts"
import { wrapped } from "./text.ts"

type Example = readonly [command: string, meaning: string]

/** Help with examples and their meanings. */
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

/** The blocks of a document in order, without nesting. */
const blocksOf = (doc: HelpDoc.HelpDoc): ReadonlyArray<HelpDoc.HelpDoc> => {
  if (HelpDoc.isSequence(doc)) return [...blocksOf(doc.left), ...blocksOf(doc.right)]
  return HelpDoc.isEmpty(doc) ? [] : [doc]
}

/** Whether a text is what the parser says about every option of a kind. */
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

/** Longer lines are hard to read, however wide the terminal is. */
const maxWidth = 100

/** Our titles for the parser's. */
const titles = new Map([
  ["ARGUMENTS", "Arguments"],
  ["COMMANDS", "Commands"],
  ["OPTIONS", "Options"],
])

/** Help as lines that fit the terminal. */
const render = (doc: HelpDoc.HelpDoc, style: Style): ReadonlyArray<string> => {
  const width = Math.min(maxWidth, style.width)
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
const summary = (doc: HelpDoc.HelpDoc): string => {
  const first = blocksOf(doc).find((block) => HelpDoc.isParagraph(block))
  return first === undefined ? "" : plain(first).replace(/\. .*$/s, ".")
}

interface OptionHelp {
  /** `--from` */
  readonly name: string
  /** Whether a value is valid as far as help says: one of a few words, or a number. */
  readonly accepts: (value: string) => boolean
}

/** The terms that help explains. */
const termsIn = (doc: HelpDoc.HelpDoc): ReadonlyArray<string> =>
  blocksOf(doc)
    .filter((block) => HelpDoc.isDescriptionList(block))
    .flatMap(({ definitions }) => definitions.map(([term]) => plain(HelpDoc.p(term))))

/** The arguments that help names: `<T>`. */
const argumentsIn = (doc: HelpDoc.HelpDoc): ReadonlyArray<string> => termsIn(doc).filter((term) => /^<\w+>$/.test(term))

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

/** What help needs to know about a program. */
export interface Program {
  readonly name: string
  readonly about: HelpDoc.HelpDoc
  /** By name, such as `store`, or `store prune` for a subcommand. */
  readonly commands: ReadonlyMap<string, HelpDoc.HelpDoc>
  /** Lines below the commands. */
  readonly notes: ReadonlyArray<string>
}

/** The command at the start of a command line, if there is one, and its help. */
const commandIn = ({ commands }: Program, [first = "", second = ""]: ReadonlyArray<string>) => {
  const both = `${first} ${second}`.trim()
  // In some programs the first word alone is not a command.
  const isHalf = !commands.has(first) && [...commands.keys()].some((name) => name.startsWith(`${first} `))
  const name = commands.has(both) || isHalf ? both : first
  return { name, doc: commands.get(name) }
}

/** Whether a command line asks for help. */
export const isHelpRequested = (args: ReadonlyArray<string>): boolean => args.includes("--help") || args.includes("-h")

/** The help page of the command at the start of a command line; without a command, that of the program. */
export const page = (program: Program, args: ReadonlyArray<string>, style: Style): ReadonlyArray<string> => {
  const { about, commands, name: called, notes } = program
  const { doc, name } = commandIn(program, args)
  const usage = ink(style, "bold", "Usage")
  if (doc !== undefined) {
    const parts = [called, name, ...argumentsIn(doc), "[options]"]
    return [`${usage}  ${parts.join(" ")}`, "", ...render(doc, style)]
  }
  const room = Math.min(maxWidth, style.width)
  const width = Math.max(...[...commands.keys()].map(({ length }) => length))
  return [
    `${usage}  ${called} COMMAND [options]`,
    "",
    ...render(about, style),
    "",
    ink(style, "bold", "Commands"),
    ...[...commands].flatMap(([command, commandHelp]) =>
      wrapped(summary(commandHelp), room - width - 4).map(
        (line, index) => `  ${(index === 0 ? command : "").padEnd(width)}  ${line}`,
      ),
    ),
    "",
    ...notes.flatMap((line) => wrapped(line, room)),
  ]
}

const plainStyle: Style = { width: Infinity, colour: false, pictures: false }

/** The message for a wrong command line: the option, the issue, and where to look. */
export const parseErrorMessage = (program: Program, error: HelpDoc.HelpDoc, args: ReadonlyArray<string>): string => {
  const { doc, name: command } = commandIn(program, args)
  const { commands, name: called } = program
  if (doc === undefined) {
    const unknown = command.startsWith("-") ? `"${args.join(" ")}" is not understood` : `"${command}" is not a command`
    return `${unknown}; the commands are ${[...commands.keys()].join(", ")}. See \`${called} --help\`.`
  }
  const options = optionsIn(doc)
  const said = render(error, plainStyle)
    .map((line) => line.trim().replace(/\.$/, ""))
    .filter((line) => line !== "")
    .join(". ")
  const unknown = /^Received unknown argument: '(--[a-z-]+)'$/.exec(said)?.[1]
  const refused = /^'(.*)' is not an? /.exec(said)?.[1]
  const wrong = args
    .map((arg, index, all): readonly [string, string] => {
      const [name = "", value = all[index + 1] ?? ""] = arg.split(/=(.*)/s)
      return [name, value]
    })
    .find(([name, value]) =>
      options.some((option) => option.name === name && (!option.accepts(value) || value === refused)),
    )
  // The parser would list the commands of the whole program.
  if (said.startsWith("Invalid subcommand")) {
    return `"${args[1]}" is not a command of ${command}. See \`${called} ${command} --help\`.`
  }
  const issue =
    unknown !== undefined && options.some(({ name }) => name === unknown)
      ? `${unknown} needs exactly one value`
      : wrong === undefined
        ? said
        : `${wrong[0]}: "${wrong[1]}" is not valid. ${said}`
  return `${issue}. See \`${called} ${command} --help\`.`
}

/** Silences the parser, which prints errors in its own colours; `parseErrorMessage` replaces them. */
export const quietly = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.consoleWith((console) => Effect.withConsole(program, { ...console, error: () => Effect.void }))
