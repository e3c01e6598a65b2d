/**
 * The form that connects an account.
 */
import * as Input from "./input.ts"

export const fields = ["region", "username", "password", "account", "timezone"] as const
export type Field = (typeof fields)[number]

export interface ConnectState {
  readonly field: Field
  readonly values: Readonly<Record<Field, Input.Input>>
  /** How often a test was asked for; 0 = not yet. */
  readonly turn: number
}

export const start: ConnectState = {
  field: "region",
  values: {
    region: Input.of("eu"),
    username: Input.empty,
    password: Input.empty,
    account: Input.of("main"),
    timezone: Input.empty,
  },
  turn: 0,
}
