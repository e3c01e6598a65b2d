import { make as emulator } from "@dwell/emulator"
import { serve as serveEmulator } from "@dwell/emulator/node"
import { whenDone } from "@dwell/testing/resources"
import { expect, it } from "vitest"
import { expired, issue, revoked, showing } from "./Api.ts"
import { onNode } from "./onNode.ts"

it("no key, session, password or token is in a log line, a metric or an answer", async () => {
  const lines: Array<string> = []
  const [username, password] = ["user-of-the-vendor", "password-of-the-vendor"]
  const vendor = await serveEmulator(emulator({ agents: 4, days: 1, username, password }), { port: 0 })
  whenDone(vendor.close)
  const credentials = { baseUrl: vendor.url, username, password, addresses: ["127.0.0.1"] }
  const variables = {
    DWELL_VENDORS: JSON.stringify({ paris: credentials, rome: { ...credentials, password: `${password}-of-old` } }),
  }
  const api = await onNode(variables, { observing: { write: (line) => void lines.push(line) } })
  const keys = [
    (await issue(api)).key,
    await expired(api),
    await revoked(api),
    "dwell_0123456789abcdef_guessed",
    api.adminKey,
  ]
  const form = new URLSearchParams({ account: "london", key: keys[0] ?? "" })
  const session = await api.fetch("/session", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: form.toString(),
  })
  const cookie = /^[^;]*/.exec(session.headers.get("set-cookie") ?? "")?.[0] ?? ""
  const texts: Array<string> = []
  const hear = async (path: string, init: RequestInit) => texts.push(await (await api.fetch(path, init)).text())
  for (const key of [...keys, `${cookie.split("=")[1]}`]) {
    const headers = showing(key)
    for (const account of ["london", "paris", "rome"]) {
      await hear(`/v1/accounts/${account}/agents`, { headers })
      await hear(`/v1/accounts/${account}/report?from=nonsense&key=${key}`, { headers })
      await hear(`/v1/accounts/${account}/sync?from=-1h`, { headers, method: "POST" })
      await hear(`/v1/accounts/${account}/agents/${key}`, { headers: { cookie } })
      await hear(`/v1/accounts/${account}/agents`, {
        headers: { ...headers, "content-type": "application/json" },
        method: "PUT",
        body: "{",
      })
    }
    await hear(`/v1/keys/${key}`, { headers, method: "DELETE" })
    await hear("/v1/audit", { headers })
    await hear("/v1/keys", { headers })
    await hear(`/?key=${key}`, { headers: { cookie } })
  }
  const metrics = await (await api.fetch("/metrics", { headers: showing(api.adminKey) })).text()
  await api.close()
  expect(lines.length).toBeGreaterThan(100)
  expect(metrics).toContain("dwell_http_requests_total")
  expect(lines.join("\n")).toContain("rome")
  const secrets = [...keys, ...keys.map((key) => key.split("_")[2] ?? ""), `${cookie.split("_").at(-1)}`, password]
  const said = { lines: lines.join("\n"), metrics, texts: texts.join("\n") }
  for (const [where, all] of Object.entries(said)) {
    const found = secrets.filter((secret) => secret.length > 8 && all.includes(secret))
    expect(found, where).toEqual([])
  }
})
