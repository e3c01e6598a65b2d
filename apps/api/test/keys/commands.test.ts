import { statSync } from "node:fs"
import { join } from "node:path"
import { folder } from "@dwell/testing/scratch"
import { nowhere, serveHttp } from "@dwell/testing/servers"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { beforeAll, describe, expect, it } from "vitest"
import * as file from "../../src/node/keyFile.ts"
import { KeyStore } from "../../src/keys/KeyStore.ts"
import * as schemas from "../../src/keys/schemas.ts"
import { issue } from "../Api.ts"
import { dwellApi } from "../commandLine.ts"
import { type NodeApi, onNode } from "../onNode.ts"

/** Runs a command line of `dwell-api keys`. */
const run = (line: ReadonlyArray<string>, env?: Readonly<Record<string, string>>) => dwellApi(["keys", ...line], env)

/** Runs it where it must succeed. */
const done = async (...given: Parameters<typeof run>) => {
  const result = await run(...given)
  expect([result.status, result.stderr]).toEqual([0, expect.not.stringContaining("bug")])
  return result
}

/** Asks the ring in a folder. */
const ring = <A, E>(data: string, use: (keys: KeyStore["Type"]) => Effect.Effect<A, E>): Promise<A> =>
  Effect.flatMap(KeyStore, use).pipe(
    Effect.provide(Layer.provide(file.layer(data), NodeContext.layer)),
    Effect.runPromise,
  )

const check = (data: string, key: string) => ring(data, (keys) => Effect.either(keys.check(Redacted.make(key.trim()))))

/** Makes a session with a key. */
const startSession = (key: string) => (keys: KeyStore["Type"]) =>
  Effect.flatMap(keys.check(Redacted.make(key.trim())), (caller) => keys.session(caller, "london", 600))

const idIn = (key: string): string => key.split("_")[1] ?? ""

const decodeList = Schema.decodeUnknownSync(Schema.parseJson(schemas.KeyList))
const decodeAudit = Schema.decodeUnknownSync(Schema.parseJson(schemas.AuditLog))

const asked = ["--name", "collector", "--scope", "ingest,read", "--account", "london,paris", "--expires", "90d"]

describe("dwell-api keys on a folder", () => {
  it("creates a key and prints it alone on stdout, and what it may do, without its secret, on stderr", async () => {
    const data = join(folder(), "new")
    const { status, stderr, stdout } = await run(["create", "--data", data, ...asked])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^dwell_\w{16}_\w{64}\n$/)
    expect(stderr).toContain(`${idIn(stdout)}: collector (ingest, read) for london, paris, until `)
    expect(stderr).not.toContain(stdout.trim().split("_")[2])
    expect(await check(data, stdout)).toMatchObject({ right: { name: "collector", accounts: ["london", "paris"] } })
    expect(statSync(join(data, "keys.sqlite")).mode & 0o777).toBe(0o600)
    expect(statSync(data).mode & 0o777).toBe(0o700)
  })

  it("uses the folder of --data, else of DWELL_DATA, else dwell-api under XDG_DATA_HOME", async () => {
    const [one, other, third] = [folder(), folder(), folder()]
    const given = await run(["create", "--data", third, ...asked], { DWELL_DATA: one, XDG_DATA_HOME: other })
    expect(await check(third, given.stdout)).toMatchObject({ _tag: "Right" })
    const first = await run(["create", ...asked], { DWELL_DATA: one, XDG_DATA_HOME: other })
    const second = await run(["create", ...asked], { XDG_DATA_HOME: other })
    expect(await check(one, first.stdout)).toMatchObject({ _tag: "Right" })
    expect(await check(join(other, "dwell-api"), second.stdout)).toMatchObject({ _tag: "Right" })
  })

  it("rotates and revokes a key, and says so in the list and in the audit log", async () => {
    const data = folder()
    const old = await run(["create", "--data", data, ...asked])
    const fresh = await run(["rotate", "--data", data, "--grace", "24h", idIn(old.stdout)])
    expect(await check(data, old.stdout)).toMatchObject({ _tag: "Right" })
    expect(await check(data, fresh.stdout)).toMatchObject({
      right: { name: "collector", accounts: ["london", "paris"] },
    })
    await run(["revoke", "--data", data, idIn(old.stdout)])
    expect(await check(data, old.stdout)).toMatchObject({ left: { reason: "Revoked" } })
    const { keys } = decodeList((await run(["list", "--data", data, "--format", "json"])).stdout)
    expect(keys.map(({ id, replacedBy }) => [id, replacedBy])).toEqual([
      [idIn(old.stdout), idIn(fresh.stdout)],
      [idIn(fresh.stdout), null],
    ])
    const { entries } = decodeAudit((await run(["audit", "--data", data, "--format", "json", "--limit", "2"])).stdout)
    expect(entries.map(({ action, by }) => [action, by])).toEqual([
      ["keys.revoke", "command line"],
      ["keys.rotate", "command line"],
    ])
    const { stdout } = await run(["list", "--data", data])
    const [head, ...lines] = stdout.trimEnd().split("\n")
    expect(head).toMatch(/^Id +Name +Scopes +Accounts +Created +Expires +State$/)
    expect(lines.map((line) => /(active|revoked) ?\S*$/.exec(line)?.[1])).toEqual(["revoked", "active"])
    expect((await run(["audit", "--data", data])).stdout).toContain("keys.create")
  })

  it("lists the sessions of browsers only if they are asked for", async () => {
    const data = folder()
    const { stdout } = await run(["create", "--data", data, ...asked])
    await ring(data, startSession(stdout))
    const plain = decodeList((await run(["list", "--data", data, "--format", "json"])).stdout)
    const all = decodeList((await run(["list", "--data", data, "--format", "json", "--sessions"])).stdout)
    expect(plain.keys.map(({ sessionOf }) => sessionOf)).toEqual([null])
    expect(all.keys.map(({ sessionOf }) => sessionOf)).toEqual([null, idIn(stdout)])
  })

  it.each([
    ["--scope", ["create", "--name", "a", "--account", "*", "--scope", "write"]],
    ["--account", ["create", "--name", "a", "--account", "a/b"]],
    ["--account", ["create", "--name", "a", "--account", "london", "--scope", "admin"]],
    ["--name", ["create", "--name", "", "--account", "*"]],
    ["--expires", ["create", "--name", "a", "--account", "*", "--expires", "soon"]],
    ["--expires", ["create", "--name", "a", "--account", "*", "--expires", "2001-01-01"]],
    ["--grace", ["rotate", "--grace", "40d", "0000"]],
    ["--limit", ["audit", "--limit", "0"]],
    ["--url", ["list", "--url", "http://dwell.example.com"]],
    ["--data and --url", ["list", "--data", "x", "--url", "https://dwell.example.com"]],
  ])("refuses %s when it makes no sense: %j", async (option, line) => {
    const { status, stderr, stdout } = await run(line)
    expect([status, stdout]).toEqual([2, ""])
    expect(stderr).toMatch(new RegExp(`^${option}: .*\\.\n$`))
  })

  it.each(["revoke", "rotate"])("can't %s a key that does not exist, and says so", async (command) => {
    expect(await run([command, "--data", folder(), "0000"])).toEqual({
      status: 1,
      stdout: "",
      stderr: 'There is no key "0000". The list of keys has their ids.\n',
    })
  })
})

describe("dwell-api keys of a deployed API", () => {
  let api: NodeApi
  let admin = ""

  beforeAll(async () => {
    api = await onNode()
    admin = (await issue(api, { scopes: ["admin"], accounts: "*" })).key
  })

  it("does there what it does here, in the name of the admin's key", async () => {
    const { data, url } = api
    const env = { DWELL_ADMIN_KEY: admin }
    const old = await done(["create", "--url", url, ...asked], env)
    expect(old.stdout).toMatch(/^dwell_\w{16}_\w{64}\n$/)
    const fresh = await done(["rotate", "--url", url, idIn(old.stdout)], env)
    await ring(data, startSession(fresh.stdout))
    await done(["revoke", "--url", url, idIn(fresh.stdout)], env)
    const plain = decodeList((await done(["list", "--url", url, "--format", "json"], env)).stdout)
    expect(plain.keys).toHaveLength(3)
    const { keys } = decodeList((await done(["list", "--url", url, "--sessions", "--format", "json"], env)).stdout)
    expect(keys.map(({ id, revokedAt }) => [id, revokedAt !== null])).toEqual([
      [idIn(admin), false],
      [idIn(old.stdout), false],
      [idIn(fresh.stdout), true],
      [expect.any(String), false],
    ])
    const { entries } = decodeAudit((await done(["audit", "--url", url, "--format", "json"], env)).stdout)
    expect(entries.slice(0, 3).map(({ action, by }) => [action, by])).toEqual([
      ["keys.revoke", idIn(admin)],
      ["keys.rotate", idIn(admin)],
      ["keys.create", idIn(admin)],
    ])
    expect(await run(["revoke", "--url", url, "0000"], env)).toEqual({
      status: 1,
      stdout: "",
      stderr: `${url}/: There is no such key. /v1/keys lists those there are.\n`,
    })
  })

  it("asks nothing without the key of an admin, which it does not take from the command line", async () => {
    const { url } = api
    const { status, stderr, stdout } = await run(["list", "--url", url])
    expect([status, stdout]).toEqual([1, ""])
    expect(stderr).toMatch(/^DWELL_ADMIN_KEY is not set\./)
    const writer = await done(["create", "--url", url, ...asked], { DWELL_ADMIN_KEY: admin })
    expect(await run(["list", "--url", url], { DWELL_ADMIN_KEY: writer.stdout.trim() })).toEqual({
      status: 1,
      stdout: "",
      stderr: `${url}/: This needs a key with the scope admin. DWELL_ADMIN_KEY has to be the key of an admin.\n`,
    })
  })

  it("says that an API is not there, or is none, and sends no key after a redirect", async () => {
    const keysSent: Array<string | undefined> = []
    const elsewhere = await serveHttp((request, response) => {
      keysSent.push(request.headers.authorization)
      response.end("{}")
    })
    const pointing = await serveHttp((_, response) => response.writeHead(307, { location: elsewhere }).end())
    const list = (url: string) => run(["list", "--url", url], { DWELL_ADMIN_KEY: admin })
    const redirected = await list(pointing)
    expect(keysSent).toEqual([])
    const strange = await list(elsewhere)
    // Only https may leave 127.0.0.1.
    const gone = await list(nowhere.replace("http:", "https:"))
    for (const { status, stderr } of [redirected, strange, gone]) {
      expect(status).toBe(3)
      expect(stderr).toMatch(/^https?:\/\/[\d.]+:\d+\/ .*\. Check --url, or try again later\.\n$/)
      expect(stderr).not.toContain(admin)
    }
  })
})
