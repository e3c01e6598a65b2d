import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as AgentDirectory from "../../src/contactnow/AgentDirectory.ts"
import * as Token from "../../src/contactnow/Token.ts"
import { client, driven, failure, type Fetch, lineOf, noon, vendorOf } from "./support.ts"

describe("a table", () => {
  const read = (content: string) => [...Either.getOrThrow(AgentDirectory.fromCsv(content, "agents.csv"))]

  it.each([
    ["commas", "agent,name,team\n7,Ada,Sales\n"],
    ["semicolons", "agent;name;team\r\n7;Ada;Sales\r\n"],
    ["tabs", "agent\tname\tteam\n7\tAda\tSales"],
    ["other order, case and columns", "Team,Desk,NAME,Agent\nSales,4,Ada,7\n"],
    ["quotes", '"agent","name","team"\n"7","Ada","Sales"\n'],
    ["a byte order mark and blank lines", "\uFEFFagent,name,team\n\n7, Ada ,Sales\n\n"],
  ])("is read with %s", (_, content) => expect(read(content)).toEqual([[7, { name: "Ada", team: "Sales" }]]))

  it("keeps separators, quotes and line breaks inside quotes", () => {
    expect(read('agent,name\n7,"Ada ""A"", the\nfirst"\n8,Ben\n')).toEqual([
      [7, { name: 'Ada "A", the\nfirst', team: null }],
      [8, { name: "Ben", team: null }],
    ])
  })

  it("knows no name where none is given", () => {
    expect(read("agent,name,team\n7,,\n8,,")).toEqual([
      [7, { name: null, team: null }],
      [8, { name: null, team: null }],
    ])
  })

  it.each([
    ["", /^agents\.csv: it is empty/],
    ["name,team\nAda,Sales", /^agents\.csv, line 1: no column is called agent/],
    ["agent\n7", /^agents\.csv, line 1: no column is called name or team/],
    ["agent,name\nx,Ada", /^agents\.csv, line 2: "x" is not an agent id/],
    ['agent,name\n7,"A\nda"\n-8,Ben', /^agents\.csv, line 4: "-8" is not an agent id/],
    ['agent,name\n7,"Ada\n8,Ben', /^agents\.csv, line 2: a cell begins with a quote that does not end it/],
    ["agent,name\n7,Ada,Sales", /^agents\.csv, line 2: it has 3 cells where the first line has 2/],
    ["agent,name\n7", /^agents\.csv, line 2: it has 1 cells where the first line has 2/],
    ["agent,name\n7,Ada\n7,Ben", /^agents\.csv, line 3: agent 7 stands there for the second time/],
  ])("is refused, naming the line, when it is %j", (content, says) => {
    expect(Either.getOrThrow(Either.flip(AgentDirectory.fromCsv(content, "agents.csv"))).message).toMatch(says)
  })
})

describe("a list of ids", () => {
  it("is read as it stands, with spaces or without", () => {
    expect(AgentDirectory.parseIds("8, 7,9007199254740991")).toEqual(Either.right([8, 7, Number.MAX_SAFE_INTEGER]))
  })

  it.each([
    ["", ""],
    ["7,", ""],
    ["7,-8", "-8"],
    ["7 8", "7 8"],
    ["9007199254740992", "9007199254740992"],
  ])("is refused, naming what is none, when it is %j", (list, wrong) => {
    expect(Either.getOrThrow(Either.flip(AgentDirectory.parseIds(list))).message).toBe(
      `--agent: ${JSON.stringify(wrong)} is not an agent id. Give ids such as 700101,700102.`,
    )
  })
})

/** A vendor who answers each method with the text given for it; what has none is refused. */
const vendor =
  (answers: Readonly<Record<string, string>>): Fetch =>
  async (input, init) => {
    const request = new Request(input, init)
    const method = new URL(request.url).searchParams.get("method")
    const body =
      method === null
        ? `{"success":true,"token":"0123456789","expire":${noon + 999}}`
        : (answers[method] ?? '{"success":false,"error":"Bad argument: method"}')
    return new Response(body)
  }

const list = (...rows: ReadonlyArray<Record<string, string | null>>) => JSON.stringify({ success: true, list: rows })

const ask = (answers: Readonly<Record<string, string>>) => {
  const line = lineOf(vendor(answers))
  const directory = AgentDirectory.fromVendor({ from: noon - 86_400, to: noon })
  return driven(line)(Effect.provide(directory, client(line.fetch)))
}

describe("a vendor", () => {
  it.effect.each([
    { agentid: "7", name: "Ada" },
    { agentid: "7", description: "Ada" },
    { agentid: "7", agentname: "Ada" },
    { agentid: "7", anm: "Ada" },
    { agentid: "7", firstname: "Ada", lastname: "" },
    { agent: "7", name: " Ada " },
  ])("may have the name in any of the fields that have been seen: %j", (row) =>
    Effect.gen(function* () {
      expect((yield* ask({ agents: list(row) })).get(7)?.name).toBe("Ada")
    }),
  )

  it.effect("tells teams where its agents had calls", () =>
    Effect.gen(function* () {
      const names = yield* ask({
        agents: list({ agentid: "7", name: "Ada" }, { agentid: "8" }),
        calls: list(
          { aid: "7", anm: "A.", tid: "3", tnm: "Sales" },
          { aid: "8", anm: "Ben", tid: "0", tnm: "None" },
          { aid: "0", anm: null, tid: "0", tnm: null },
        ),
      })
      expect([...names]).toEqual([
        [7, { name: "Ada", team: "Sales" }],
        [8, { name: "Ben", team: null }],
      ])
    }),
  )

  it.effect("may refuse one of the two methods, not both", () =>
    Effect.gen(function* () {
      expect((yield* ask({ calls: list({ aid: "7", anm: "Ada", tid: "3", tnm: "Sales" }) })).get(7)?.team).toBe("Sales")
      expect((yield* failure(ask({}))).reason).toBe("VendorRefused")
    }),
  )

  it.effect("is asked to leave deleted agents out, and for calls of the window", () =>
    Effect.gen(function* () {
      const { emulator, run } = yield* vendorOf({ days: 1 })
      yield* run()(
        Effect.zipRight(
          Effect.flatMap(Token.Token, ({ get }) => get),
          AgentDirectory.fromVendor({ from: noon - 86_400, to: noon }),
        ),
      )
      const asked = emulator.requests.map(({ params }) => params)
      expect(asked).toContainEqual(expect.objectContaining({ method: "agents", filter: "NOT IN (999, 505050)" }))
      expect(asked).toContainEqual(expect.objectContaining({ method: "calls", range: `${noon - 86_400}:${noon - 1}` }))
    }),
  )
})
