/**
 * `dwell report`: time per agent and status, with the derived rates.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as ReportRows from "@dwell/core/ReportRows"
import { formulas } from "@dwell/core/Statistics"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { toUsageError } from "../errors.ts"
import { help } from "@dwell/terminal/help"
import * as shared from "../logSource/options.ts"
import { outputStyle } from "../output.ts"
import { printAnswer } from "../render/printable.ts"
import { type ReportLayout, reportAnswer } from "../render/report.ts"
import { loadQuestion, type ReportInput } from "../logSource/question.ts"

/** Prints the report of a log. */
export const printReport = (
  input: ReportInput,
  { format, ...layout }: ReportLayout & { readonly format: shared.Format },
) => Effect.flatMap(outputStyle, (style) => printAnswer(reportAnswer(input, layout, style), format))

export const report = Command.make(
  "report",
  {
    ...shared.figures,
    bucket: shared.bucket,
    group: Options.choice("group", ReportRows.groups).pipe(
      Options.withDescription("One row per agent, status or team. Default: statuses, then agents"),
      Options.optional,
    ),
    format: shared.format,
  },
  ({ bucket, format, group, ...options }) =>
    Effect.gen(function* () {
      const size = yield* Effect.transposeMapOption(bucket, (text) =>
        Effect.mapError(Calendar.parseSize(text), toUsageError),
      )
      const input = yield* loadQuestion(options)
      yield* printReport(input, {
        ...(Option.isSome(size) ? { bucket: size.value } : {}),
        ...(Option.isSome(group) ? { group: group.value } : {}),
        format,
      })
    }),
).pipe(
  Command.withDescription(
    help(
      "Time per agent and status, with the derived rates.",
      [
        ["dwell report", "today so far, from ContactNow"],
        ["dwell report --from yesterday --to today --tz Europe/London", "all of yesterday"],
        ["dwell report --input log.json --group team", "one row per team, from a log saved from ContactNow"],
        ["dwell report --from -7d --bucket P1D --format csv", "seconds per day, agent and status, for a spreadsheet"],
      ],
      Object.values(formulas),
    ),
  ),
)
