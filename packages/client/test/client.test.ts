// A function answers in place of a server, which has tests of its own in apps/api.
import * as Schema from "effect/Schema"
import { expect, expectTypeOf, it } from "vitest"
import { operations, Problem, problems } from "../src/contract.ts"
import { make } from "../src/index.ts"

/** A client, and what it has asked. */
const asking = () => {
  const asked: Array<Request> = []
  const client = make({
    url: "https://dwell.example",
    key: "dwell_key",
    fetch: async (input, init) => {
      asked.push(new Request(input, init))
      return Response.json({ added: 1, unchanged: 2, changed: 3 })
    },
  })
  return { asked, account: client.v1.accounts[":account"] }
}

it("the client asks where the contract says, with the key in a header and nowhere else", async () => {
  const { account, asked } = asking()
  await account.report.$get({ param: { account: "london" }, query: { from: "yesterday", "cap-stale": "true" } })
  await account.agents[":agent"].$get({ param: { account: "london", agent: "7" }, query: {} })
  const [report, agent] = asked
  expect([report?.method, report?.url]).toEqual([
    "GET",
    "https://dwell.example/v1/accounts/london/report?from=yesterday&cap-stale=true",
  ])
  expect(report?.headers.get("authorization")).toBe("Bearer dwell_key")
  expect(agent?.url).toBe("https://dwell.example/v1/accounts/london/agents/7")
  expect(agent?.url).not.toContain("dwell_key")
})

it("the client types each answer by the operation's schema", async () => {
  const { account } = asking()
  const answer = await account.events.$post({ param: { account: "london" }, query: {} })
  if (!answer.ok) throw new Error((await answer.json()).detail)
  const counts = await answer.json()
  expectTypeOf(counts).toEqualTypeOf<typeof operations.postEvents.answer.Encoded>()
  expect(Schema.decodeUnknownSync(operations.postEvents.answer)(counts)).toEqual({ added: 1, unchanged: 2, changed: 3 })
  // @ts-expect-error -- a parameter that the operation does not have
  await account.report.$get({ param: { account: "london" }, query: { form: "yesterday" } })
})

it("the client types a refusal as a problem, and what is no document as text", async () => {
  const { account } = asking()
  const answer = await account.report.$get({ param: { account: "london" }, query: {} })
  expectTypeOf(answer.ok).toEqualTypeOf<boolean>()
  if (answer.status === 401) expectTypeOf(await answer.json()).toEqualTypeOf<Problem>()
  const picture = await account["timeline.svg"].$get({ param: { account: "london" }, query: {} })
  if (picture.ok) expectTypeOf(await picture.text()).toBeString()
  expect([answer.status, picture.status]).toEqual([200, 200])
})

it("the client sends a document as JSON, and rows of the log as they are", async () => {
  const { account, asked } = asking()
  const agents = [{ agent: 7, name: "Ada", team: null }]
  await account.agents.$put({ param: { account: "london" }, query: {}, json: { agents } })
  const row = '{"uid":"1","uts":100,"agent":7,"status":"call"}\n'
  await account.events.$post(
    { param: { account: "london" }, query: { from: "0", to: "200", asOf: "200" } },
    { init: { body: row, headers: { "content-type": "application/x-ndjson", authorization: "Bearer dwell_key" } } },
  )
  const [names, rows] = asked
  expect([names?.method, names?.headers.get("content-type")]).toEqual(["PUT", "application/json"])
  expect(await names?.json()).toEqual({ agents })
  expect([rows?.method, rows?.headers.get("content-type")]).toEqual(["POST", "application/x-ndjson"])
  expect(await rows?.text()).toBe(row)
  // @ts-expect-error -- names have to be given
  await account.agents.$put({ param: { account: "london" }, query: {} })
})

it("the contract has each operation once, under the account, and each problem with a status of its kind", () => {
  const all = Object.values(operations)
  expect(new Set(all.map(({ method, path }) => `${method} ${path}`)).size).toBe(all.length)
  for (const { method, scope } of all) expect(scope).toBe(method === "get" ? "read" : "ingest")
  for (const [status] of Object.values(problems)) expect(status).toBeGreaterThanOrEqual(400)
  expect(Schema.is(Problem.fields.code)("rate_limited")).toBe(true)
})
