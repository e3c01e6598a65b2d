/**
 * The name of an account, as the command line stores it and as paths contain it.
 *
 * Shape    at most 64 letters, digits, dots, underscores and dashes, not starting with a dot or a dash: the names that
 *          `dwell login` accepts. `*` is not a name
 */
import * as Schema from "effect/Schema"

export const AccountName = Schema.String.pipe(
  Schema.pattern(/^(?!__proto__$)[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/),
).annotations({
  identifier: "AccountName",
  description:
    "Name of an account: at most 64 letters, digits, dots, underscores and dashes, not starting with a dot or a dash",
  examples: ["london"],
  message: () =>
    "The name of an account has at most 64 letters, digits, dots, underscores and dashes, not starting with a dot or a dash",
})
export type AccountName = typeof AccountName.Type
