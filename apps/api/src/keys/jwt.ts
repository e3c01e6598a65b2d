import type * as Redacted from "effect/Redacted"
import { type Caller } from "./Caller.ts"
export const make = (_: { readonly jwksUrl: string; readonly issuer: string; readonly audience: string }) => async (_token: Redacted.Redacted): Promise<Caller | null> => null
