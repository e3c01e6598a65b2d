/**
 * Takes the query of a request apart; of a parameter that can't be used it says which one, why, and what it takes.
 */
import * as JSONSchema from "effect/JSONSchema"
import * as Schema from "effect/Schema"
import type { Context } from "hono"
import { validator } from "hono-openapi"
import { ApiError, response } from "./problem.ts"

/** What each parameter takes, in words. */
const descriptionsOf = (query: Schema.Schema.AnyNoContext): ReadonlyMap<string, string> => {
  const made = JSONSchema.make(query, { target: "openApi3.1" })
  const properties = "properties" in made ? made.properties : {}
  return new Map(
    Object.entries(properties).map(([name, property]) => {
      const { description = "" } = property
      const choice = "enum" in property ? `${property.enum.map((value) => JSON.stringify(value)).join(", ")}. ` : ""
      return [name, `${choice}${description}`]
    }),
  )
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}...` : text)

/** The refusal of a query; `takes` says of each parameter what it takes. */
const queryError = (
  parameter: string | undefined,
  given: ReadonlyArray<string>,
  takes: ReadonlyMap<string, string>,
): ApiError => {
  const say = (issue: string) =>
    new ApiError({
      code: "invalid_request",
      detail: `${shortened(parameter ?? "query")}: ${issue}`,
      ...(parameter === undefined ? {} : { parameter: shortened(parameter) }),
    })
  const known = parameter === undefined ? undefined : takes.get(parameter)
  if (known === undefined) {
    const names = [...takes.keys()].join(", ")
    return say(`there is no such parameter here. ${names === "" ? "There is none" : `There are ${names}`}.`)
  }
  if (given.length > 1) return say("it is given more than once. Give it once.")
  const [value] = given
  if (value === undefined) return say(`it is missing. ${known}.`)
  return say(`${JSON.stringify(shortened(value))} can't be used. ${known}.`)
}

interface Env {
  Bindings: { readonly requestId: string }
}

/** Lets pass whose query is one of a schema's, which OpenAPI then names; `c.req.valid("query")` has it. */
export const validQuery = <Query extends object, Encoded>(schema: Schema.Schema<Query, Encoded>) => {
  let takes: ReadonlyMap<string, string> | undefined
  const standard = Schema.standardSchemaV1(schema, { errors: "all", onExcessProperty: "error" })
  return validator("query", standard, (result, c: Context<Env>) => {
    if (result.success) return undefined
    const [part] = result.error[0]?.path ?? []
    const name = typeof part === "object" ? part.key : part
    const parameter = typeof name === "string" ? name : undefined
    const given = parameter === undefined ? [] : (c.req.queries(parameter) ?? [])
    takes ??= descriptionsOf(schema)
    return response(queryError(parameter, given, takes), c.env.requestId)
  })
}
