/**
 * `dwell sessions`: logins and logouts.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { help } from "@dwell/terminal/help"
import * as shared from "../logSource/options.ts"
import { printAnswer } from "../render/printable.ts"
import { sessionsAnswer } from "../render/sessions.ts"
import { loadQuestion } from "../logSource/question.ts"

export const sessions = Command.make(
  "sessions",
  { ...shared.figures, format: shared.format },
  ({ format, ...options }) =>
    Effect.flatMap(loadQuestion(options), (input) => printAnswer(sessionsAnswer(input), format)),
).pipe(
  Command.withDescription(
    help("Logins and logouts, clipped to the window.", [
      ["dwell sessions --from yesterday --to today", "yesterday's logins and logouts"],
      ["dwell sessions --input log.xml --format markdown", "as a Markdown table"],
    ]),
  ),
)
