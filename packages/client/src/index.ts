/**
 * A typed client of a Dwell API: paths, queries and responses as the contract defines them.
 *
 * Shape    Hono's client; `client.v1.accounts[":account"].report.$get({ param, query })` gives a `Response` whose `json()` is
 *          typed: the answer where it is `ok`, else a `Problem`. A document goes as `json`; rows of the log, as a stream,
 *          as `init.body` of the second argument. The caller decodes it with the schemas of
 *          `@dwell/client/contract`
 * Fails    as `fetch` does
 * Source   docs/api.md
 */
import type { Hono } from "hono"
import { hc } from "hono/client"
import type { BlankEnv } from "hono/types"
import type { ClientErrorStatusCode, ServerErrorStatusCode } from "hono/utils/http-status"
import type * as Schema from "effect/Schema"
import type { Operation, operations, Problem } from "./contract.ts"

type Parameters<Path extends string> = Path extends `${string}/:${infer Name}/${infer Rest}`
  ? { readonly [K in Name]: string } & Parameters<`/${Rest}`>
  : Path extends `${string}/:${infer Name}`
    ? { readonly [K in Name]: string }
    : unknown

type Input<O extends Operation> = {
  param: Parameters<O["path"]>
  query: Schema.Schema.Encoded<O["query"]>
} & (O extends { readonly body: infer Body extends Schema.Schema.AnyNoContext }
  ? { json: Schema.Schema.Encoded<Body> }
  : unknown)

type Answer<O extends Operation> = {
  input: Input<O>
  output: Schema.Schema.Encoded<O["answer"]>
  // Pictures and streams are read as text.
  outputFormat: O["media"][0] extends "application/json" ? "json" : "text"
  status: 200
}

type Refusal<O extends Operation> = {
  input: Input<O>
  output: Problem
  outputFormat: "json"
  status: ClientErrorStatusCode | ServerErrorStatusCode
}

type Endpoint<O extends Operation> = {
  readonly [K in O["path"]]: {
    readonly [M in `$${O["method"]}`]: Answer<O> | Refusal<O>
  }
}

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

type Contract = Intersection<
  { [K in keyof typeof operations]: Endpoint<(typeof operations)[K]> }[keyof typeof operations]
>

/** The API as Hono's client sees it. */
export type Api = Hono<BlankEnv, Contract & {}>

export interface Options {
  /** URL of the API: `https://dwell.example.com`. */
  readonly url: string
  /** A bearer key; it is sent in a header and nowhere else. */
  readonly key: string
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch
}

/** Makes a client. */
export const make = ({ fetch, key, url }: Options) =>
  hc<Api>(url, { headers: { authorization: `Bearer ${key}` }, ...(fetch === undefined ? {} : { fetch }) })
