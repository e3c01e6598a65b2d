import { afterEach, describe, expect, it } from "vitest"
import { type Emulator, make } from "../src/index.ts"
import { serve, type Served } from "../src/node.ts"
import { LOGIN, parse, pathOf, reading } from "./support.ts"

const open: Array<Served> = []

const start = async (emulator: Emulator): Promise<Served> => {
  const served = await serve(emulator, { port: 0 })
  open.push(served)
  return served
}

const text = async (url: string, init?: RequestInit): Promise<string> => (await fetch(url, init)).text()

const login = async ({ url }: Served): Promise<string> => parse(await text(url + pathOf("token", LOGIN))).token ?? ""

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()))
})

const options = { clock: () => 1_760_011_200, days: 2 } as const

describe("serve", () => {
  it("answers on loopback what the emulator answers in process", async () => {
    const emulator = make(options)
    const served = await start(emulator)
    expect(served.url).toBe(`http://127.0.0.1:${served.port}`)
    const path = pathOf("database", reading(await login(served)))
    const over = await text(served.url + path)
    expect(over).toBe(await (await emulator.app.request(path)).text())
    expect(parse(over).list?.length).toBeGreaterThan(5000)
  })

  it("takes every way of asking", async () => {
    const served = await start(make(options))
    const form = new FormData()
    for (const [name, value] of Object.entries(LOGIN)) form.set(name, value)
    const first = await text(`${served.url}/api/token.php`, { method: "POST", body: form })
    const second = await text(`${served.url}/token.php`, { method: "POST", body: new URLSearchParams(LOGIN) })
    expect(parse(second)).toEqual(parse(first))
    const read = pathOf("database", reading(parse(first).token ?? "", { tstop: "5" }))
    expect(parse(await text(served.url + read, { method: "POST", body: "[]" }))).toEqual({
      success: true,
      total: 0,
      list: [],
    })
  })

  it("binds tokens to the socket's address, whatever a header says", async () => {
    const served = await start(make(options))
    const token = await login(served)
    const headers = { "x-forwarded-for": "192.0.2.1" }
    const read = pathOf("database", reading(token, { tstop: "5" }))
    expect(parse(await text(served.url + read, { headers })).success).toBe(true)
    const other = pathOf("token", { ...LOGIN, address: "192.0.2.1" })
    const bound = parse(await text(served.url + other)).token ?? ""
    const refused = await text(served.url + pathOf("database", reading(bound)), { headers })
    expect(parse(refused).error).toBe("Invalid token")
  })

  it("drops the connection before the answer", async () => {
    const emulator = make(options)
    const served = await start(emulator)
    const url = served.url + pathOf("database", reading(await login(served)))
    emulator.faultOnce("drop", { at: "head" })
    await expect(fetch(url)).rejects.toThrow("fetch failed")
    expect(parse(await text(url)).success).toBe(true)
  })

  it("drops the connection in the middle of the body", async () => {
    const emulator = make(options)
    const served = await start(emulator)
    const url = served.url + pathOf("database", reading(await login(served)))
    emulator.faultOnce("drop", { at: "body" })
    const response = await fetch(url)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow("terminated")
    expect(parse(await text(url)).success).toBe(true)
  })

  it.each(["database", "token"] as const)("cuts a %s body and ends it as if complete", async (script) => {
    const emulator = make(options)
    const served = await start(emulator)
    const url =
      served.url + (script === "token" ? pathOf("token", LOGIN) : pathOf("database", reading(await login(served))))
    const sound = await text(url)
    emulator.faultOnce("truncate")
    const response = await fetch(url)
    expect(response.headers.get("content-length")).toBeNull()
    const cut = await response.text()
    expect(cut.length).toBeLessThan(sound.length)
    expect(sound.startsWith(cut)).toBe(true)
  })

  it("drips the body of an answer", async () => {
    const emulator = make(options)
    const served = await start(emulator)
    const url = served.url + pathOf("token", LOGIN)
    emulator.faultOnce("slowDrip", { ms: 1 })
    expect(await text(url)).toBe(await text(url))
  })

  it("names the port it cannot have", async () => {
    const { port } = await start(make(options))
    await expect(serve(make(options), { port })).rejects.toThrow(`port ${port}`)
  })

  it("stops listening", async () => {
    // Whether the port answers says nothing: another process may have it a moment later.
    const listening = async () => {
      // What was closed is gone when the event loop has come round.
      for (let round = 0; round < 2; round++) await new Promise((resolve) => setImmediate(resolve))
      return process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length
    }
    const before = await listening()
    const served = await serve(make(options), { port: 0 })
    await text(served.url + pathOf("token", LOGIN))
    expect(await listening()).toBe(before + 1)
    await served.close()
    expect(await listening()).toBe(before)
  })
})
