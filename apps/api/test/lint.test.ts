import { createConfig, lintFromString } from "@redocly/openapi-core"
import { expect, it } from "vitest"
import { document } from "../src/routes/openapiDocument.ts"

/** What the linter says, as `rule at place: message`. */
const lint = async (source: object): Promise<ReadonlyArray<string>> => {
  const config = await createConfig({ extends: ["recommended"], telemetry: "off" })
  const problems = await lintFromString({ source: JSON.stringify(source), absoluteRef: "/openapi.json", config })
  return problems.map(({ location, message, ruleId }) => `${ruleId} at ${location[0]?.pointer ?? "?"}: ${message}`)
}

it("Redocly's linter finds no error and nothing to warn of in the OpenAPI document", async () => {
  expect(await lint(await document())).toEqual([])
})

it("Redocly's linter would find a type that does not exist, and an operation that names no failure", async () => {
  const operation = {
    operationId: "broken",
    responses: { 200: { description: "fine", content: { "a/b": { schema: { type: "texts" } } } } },
  }
  const found = await lint({ ...(await document()), paths: { "/broken": { get: operation } } })
  expect(found).toContainEqual(
    expect.stringMatching(/^struct at #\/paths\/~1broken\/get\/responses\/200\/content\/a~1b\/schema\/type/),
  )
  expect(found).toContainEqual(expect.stringMatching(/^operation-4xx-response at /))
})
