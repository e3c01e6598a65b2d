import { nowhere } from "@dwell/testing/servers"
import { describe, expect, it } from "vitest"
import { dwellApi, serveApi, startApi } from "./programs.ts"

describe("dwell-api serve", () => {
  it("does not send a file again to a browser that has it, packed or not", async () => {
    const { url } = await serveApi()
    for (const encoding of ["identity", "gzip"]) {
      const headers = { "accept-encoding": encoding }
      const first = await fetch(`${url}/assets/wallboard.js`, { headers })
      expect([first.status, first.headers.get("content-encoding") ?? "identity"]).toEqual([200, encoding])
      expect(first.headers.get("cache-control")).toBe("public, max-age=0, must-revalidate")
      const tag = first.headers.get("etag") ?? ""
      const again = await fetch(`${url}/assets/wallboard.js`, { headers: { ...headers, "if-none-match": tag } })
      expect([again.status, await again.text()]).toEqual([304, ""])
    }
  })

  it.each(["SIGTERM", "SIGINT"] as const)("lets listeners go at %s, and ends with 0", async (signal) => {
    const { end, key, url } = await serveApi()
    const headers = { authorization: `Bearer ${await key({ scopes: ["ingest", "read"] })}` }
    const fed = await fetch(`${url}/v1/accounts/london/events?from=0&to=200&asOf=200`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/x-ndjson" },
      body: '{"uid":"1","uts":100,"agent":7,"status":"call"}\n',
    })
    expect([fed.status, await fed.json()]).toMatchObject([200, { added: 1 }])
    const live = await fetch(`${url}/v1/accounts/london/live`, { headers })
    const heard = live.text()
    const { status, stderr, stdout } = await end(signal)
    expect([status, stderr.split("\n").length]).toEqual([0, 2])
    expect(await heard).toContain("event: snapshot\n")
    // Each request has its line, those of the last moment too.
    expect(stdout).toContain("/v1/accounts/{account}/live")
  })
})

describe("dwell-api demo", () => {
  it("prints a key that opens its account, and ends with 0 at Ctrl-C", async () => {
    const { end, said, until } = startApi(["demo", "--port", "0", "--agents", "3"])
    await until(/Press Ctrl-C to stop/)
    const [, url = ""] = /wallboard +(http:\S+)\//.exec(said.stdout) ?? []
    const [, key = ""] = /key +(dwell_\S+)/.exec(said.stdout) ?? []
    const { status } = await fetch(`${url}/v1/accounts/demo/agents`, { headers: { authorization: `Bearer ${key}` } })
    expect([status, await end("SIGINT")]).toMatchObject([200, { status: 0, stderr: "" }])
  })
})

describe("dwell-api keys", () => {
  it("makes keys that a running server takes, and ends with 0, or with 1, 2 or 3 for the reason it says", async () => {
    const { data, url } = await serveApi()
    const made = await dwellApi(["keys", "create", "--data", data, "--name", "board", "--account", "*"])
    expect([made.status, made.stderr]).toEqual([0, expect.stringContaining("board (read) for all accounts")])
    const headers = { authorization: `Bearer ${made.stdout.trim()}` }
    // The account does not exist, and the key may know that.
    expect((await fetch(`${url}/v1/accounts/london/agents`, { headers })).status).toBe(404)
    expect((await fetch(`${url}/v1/accounts/london/agents`)).status).toBe(401)
    const id = made.stdout.split("_")[1] ?? ""
    const there = { DWELL_ADMIN_KEY: made.stdout.trim() }
    const results = await Promise.all([
      dwellApi(["keys", "list", "--data", data]),
      dwellApi(["keys", "revoke", "--data", data, "0000"]),
      dwellApi(["keys", "boil"]),
      dwellApi(["keys", "list", "--url", nowhere.replace("http:", "https:")], there),
    ])
    expect(results.map(({ status }) => status)).toEqual([0, 1, 2, 3])
    expect(results.map(({ stdout }) => stdout.includes(id))).toEqual([true, false, false, false])
  })
})
