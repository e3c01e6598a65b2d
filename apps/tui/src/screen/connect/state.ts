/**
 * The form that connects an account.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Either from "effect/Either"
import * as Accounts from "../../accounts/accounts.ts"
import { parseEndpoint } from "../../accounts/settings.ts"
import type { ConnectQuestion } from "../worker/protocol/question.ts"
import * as Input from "../components/input.ts"

export const fields = ["region", "username", "password", "account", "timezone"] as const
export type Field = (typeof fields)[number]

/** The names of fields. */
export const titles: Readonly<Record<Field, string>> = {
  region: "Region",
  username: "User name",
  password: "Password",
  account: "Account",
  timezone: "Time zone",
}

export interface ConnectState {
  readonly field: Field
  readonly values: Readonly<Record<Field, Input.Input>>
  /** The number of tests so far. */
  readonly attempt: number
  /** The running test. It has the password, so it is cleared when the test ends. */
  readonly testing: ConnectQuestion | null
}

export const start: ConnectState = {
  field: "region",
  values: {
    region: Input.of("eu"),
    username: Input.empty,
    password: Input.empty,
    account: Input.of(Accounts.defaultName),
    timezone: Input.empty,
  },
  attempt: 0,
  testing: null,
}

/** The value of a field. A password may start or end with a blank. */
export const valueOf = ({ values }: ConnectState, field: Field): string =>
  field === "password" ? values.password.text : values[field].text.trim()

const isEmpty = (text: string): string | null => (text === "" ? "it can't be empty" : null)

const issues: Readonly<Record<Field, (text: string) => string | null>> = {
  region: (text) =>
    Either.match(parseEndpoint(text), { onLeft: () => "eu, us, or the https URL of token.php", onRight: () => null }),
  username: isEmpty,
  password: isEmpty,
  account: (text) => Either.match(Accounts.parseName(text), { onLeft: () => Accounts.nameRule, onRight: () => null }),
  timezone: (text) =>
    text === ""
      ? null
      : Either.match(Calendar.zone(text), { onLeft: () => "an IANA name, such as Europe/London", onRight: () => null }),
}

/** What is wrong with a field; `null` = nothing. */
export const issueOf = (state: ConnectState, field: Field): string | null => issues[field](valueOf(state, field))

/** The form without its password, and without a test. */
export const clearSecrets = (state: ConnectState): ConnectState => ({
  ...state,
  values: { ...state.values, password: Input.empty },
  testing: null,
})
