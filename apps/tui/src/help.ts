/**
 * What `--help` says of a command: a sentence, examples, definitions.
 */
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Span from "@effect/cli/HelpDoc/Span"
import * as Arr from "effect/Array"

type Example = readonly [command: string, meaning: string]

/** Help with examples, each with what it is for. */
export const help = (
  summary: string,
  examples: Arr.NonEmptyReadonlyArray<Example>,
  definitions: ReadonlyArray<string> = [],
): HelpDoc.HelpDoc =>
  HelpDoc.blocks([
    HelpDoc.p(summary),
    HelpDoc.p("Examples:"),
    HelpDoc.descriptionList(
      Arr.map(examples, ([command, meaning]): [Span.Span, HelpDoc.HelpDoc] => [Span.text(command), HelpDoc.p(meaning)]),
    ),
    ...(definitions.length === 0 ? [] : [HelpDoc.p("Definitions:"), ...definitions.map((line) => HelpDoc.p(line))]),
  ])
