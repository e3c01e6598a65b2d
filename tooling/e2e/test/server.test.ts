// Shows what `dwell-api serve` is to whoever runs it: what its files say to browsers, and how it ends.
import { describe, expect, it } from "vitest"
import { dwellApi, serveApi } from "./programs.ts"

describe("dwell-api serve", () => {
  it("has files for browsers that are not sent again to who has them, packed or not", async () => {
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

  it.each(["SIGTERM", "SIGINT"] as const)("lets listeners go at %s, and ends well", async (signal) => {
    const { end, key, url } = await serveApi()
    const headers = { authorization: `Bearer ${await key("ingest,read")}` }
    const fed = await fetch(`${url}/v1/accounts/london/events?from=0&to=200&asOf=200`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/x-ndjson" },
      body: '{"uid":"1","uts":100,"agent":7,"status":"call"}\n',
    })
    expect(fed.status).toBe(200)
    const heard = (await fetch(`${url}/v1/accounts/london/live`, { headers })).text()
    const { status, stderr, stdout } = await end(signal)
    expect([status, stderr.split("\n").length]).toEqual([0, 2])
    expect(await heard).toContain("event: snapshot\n")
    // Each request has its line, those of the last moment too.
    expect(stdout).toContain("/v1/accounts/{account}/live")
  })
})

describe("dwell-api", () => {
  it.each([[], ["--help"], ["help", "serve"], ["keys"], ["keys", "create", "--help"]])(
    "says what it is for where it is asked, without colours in a pipe: %j",
    async (...args) => {
      const { status, stderr, stdout } = await dwellApi(args)
      expect([status, stderr]).toEqual([0, ""])
      expect(stdout).toMatch(/^Usage {2}dwell-api /)
      expect(stdout).not.toContain("\u001b")
    },
  )

  it.each([
    [["boil"], '"boil" is not a command'],
    [["keys", "boil"], '"keys boil" is not a command'],
    [["serve", "--port", "x"], '--port: "x" can\'t be used'],
    [["serve", "--port", "99999"], "--port: 99999 is none"],
    [["keys", "create"], "'--name'"],
  ])("names what it can't understand, in one line and with 2: %j", async (args, named) => {
    const { status, stderr, stdout } = await dwellApi(args)
    expect([status, stdout]).toEqual([2, ""])
    expect(stderr).toContain(named)
    expect(stderr.split("\n")).toHaveLength(2)
    expect(stderr).not.toContain("\u001b")
  })
})
