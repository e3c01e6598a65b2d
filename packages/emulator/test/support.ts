/** What the tests of the protocol share. */
import type { Emulator } from "../src/index.ts"

/** A reply in JSON, as far as the tests look. */
export interface Answer {
  readonly success: boolean
  readonly error?: string
  readonly expire?: number
  readonly token?: string
  readonly total?: number
  readonly list?: ReadonlyArray<Readonly<Record<string, string | null>>>
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null && "success" in value && typeof value.success === "boolean"

/** Reads a reply in JSON. */
export const parse = (text: string): Answer => {
  const value: unknown = JSON.parse(text)
  if (!isAnswer(value)) throw new Error(`not an answer: ${text.slice(0, 80)}`)
  return value
}

/** The path of a GET. */
export const pathOf = (script: string, params: Readonly<Record<string, string>>): string =>
  `/${script}.php?${new URLSearchParams({ format: "json", ...params }).toString()}`

/** A GET in process. */
export const get = async (
  emulator: Emulator,
  script: string,
  params: Readonly<Record<string, string>>,
  address?: string,
): Promise<Answer> => {
  const init = address === undefined ? {} : { headers: { "x-forwarded-for": address } }
  return parse(await (await emulator.app.request(pathOf(script, params), init)).text())
}

/** The arguments that get a token. */
export const LOGIN = { action: "get", username: "api-user", password: "api-key" } as const

/** A token got in process. */
export const login = async (emulator: Emulator, address?: string): Promise<string> =>
  (await get(emulator, "token", LOGIN, address)).token ?? ""

/** The arguments of a status log read. */
export const reading = (token: string, more: Readonly<Record<string, string>> = {}) => ({
  token,
  method: "status_log",
  action: "read",
  raw: "1",
  ...more,
})
