/**
 * The app on a socket with an afternoon of an invented centre in it, behind a proxy that breaks when the test says so.
 */
import { connect, createServer, type Socket } from "node:net"
import { join } from "node:path"
import * as Report from "@dwell/core/Report"
import { make } from "@dwell/emulator"
import { listen } from "@dwell/testing/servers"
import * as Schema from "effect/Schema"
import { assets } from "../../assets.ts"
import { feed, issue, showing } from "../Api.ts"
import { afternoon } from "../day.ts"
import { onNode } from "../onNode.ts"

export interface Site {
  /** Through the proxy. */
  readonly base: string
  readonly account: string
  /** Makes a key that may read. */
  readonly keyOf: () => Promise<Awaited<ReturnType<typeof issue>>>
  readonly revoke: (id: string) => Promise<unknown>
  /** The header `Last-Event-ID` of each stream that was asked for. */
  readonly streams: ReadonlyArray<string | null>
  readonly snapshot: () => Promise<Report.AtDocument>
  /** What the picture of an address is now. */
  readonly picture: (address: string) => Promise<string>
  /** Makes the log known for 20 s more, in which some agents changed their status. */
  readonly go: (statuses: Readonly<Record<number, string>>) => Promise<void>
  /** Breaks all connections. */
  readonly drop: () => void
  /** From now on every request is answered with 503 and nothing else comes, or no longer so. */
  readonly refuse: (isRefusing: boolean) => void
}

const unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

/**
 * A zone in which it is past two in the afternoon, whenever a test runs. A browser drops cookies that have expired by the
 * machine's clock, so the server can't have another one.
 */
const zoneOf = (now: number): string => {
  const hours = 14 - new Date(now * 1000).getUTCHours()
  // Their signs are the other way round.
  return `Etc/GMT${hours < 0 ? "+" : "-"}${Math.abs(hours)}`
}

const stepSeconds = 20

/** Opens it until the test file is done. */
export const site = async (): Promise<Site> => {
  const account = "london"
  // oxlint-disable-next-line no-restricted-properties -- Chromium drops cookies by the machine's clock
  const now = Math.floor(Date.now() / 1000)
  const api = await onNode({ DWELL_TIMEZONE: zoneOf(now) })
  await assets(join(api.data, "assets"))
  const { key } = await issue(api)
  const { centre } = make({
    agents: 12,
    days: 2,
    clock: () => now,
    aheadSeconds: afternoon - now,
  })
  let known = now - 3600
  let uid = 2n ** 60n
  const span = (from: number, to: number) => ({ from, to, asOf: to })
  await feed(api, account, key, [...centre.rows(known - 86_400, known)], span(known - 86_400, known))
  const agents = centre.agents.map(({ agentid, name, team }) => ({ agent: agentid, name, team }))
  await api.fetch(`/v1/accounts/${account}/agents`, {
    method: "PUT",
    headers: { ...showing(key), "content-type": "application/json" },
    body: JSON.stringify({ agents }),
  })

  const streams: Array<string | null> = []
  const sockets = new Set<Socket>()
  let isRefusing = false
  const proxy = createServer((client) => {
    const server = connect(Number(new URL(api.url).port), "127.0.0.1")
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket)
      // Those that are broken on purpose.
      socket.on("error", () => undefined)
      socket.on("close", () => {
        sockets.delete(socket)
        other.end()
      })
    }
    server.on("data", (bytes) => {
      if (!isRefusing) client.write(bytes)
    })
    client.on("data", (bytes) => {
      if (isRefusing) {
        client.end(unavailable)
        return
      }
      const head = bytes.toString("latin1")
      if (/^GET \S+\/live /.test(head)) streams.push(/^last-event-id: (.*)$/im.exec(head)?.[1] ?? null)
      server.write(bytes)
    })
  })
  const port = await listen(proxy)
  const drop = () => sockets.forEach((socket) => socket.destroy())
  const get = (path: string) => api.fetch(path, { headers: showing(key) })
  return {
    base: `http://127.0.0.1:${port}`,
    account,
    keyOf: () => issue(api, { accounts: [account], scopes: ["read"] }),
    revoke: (id) => api.fetch(`/v1/keys/${id}`, { method: "DELETE", headers: showing(api.adminKey) }),
    streams,
    snapshot: async () =>
      Schema.decodeUnknownSync(Report.AtDocument)(await (await get(`/v1/accounts/${account}/snapshot`)).json()),
    picture: async (address) => {
      const { pathname, search } = new URL(address)
      return (await get(`${pathname}${search}`)).text()
    },
    go: async (statuses) => {
      const from = known
      known += stepSeconds
      const events = Object.entries(statuses).map(([agent, status]) => ({
        uid: (uid += 1n),
        uts: from + 5,
        agent: Number(agent),
        status,
        subcode: "",
        callid: 0n,
      }))
      await feed(api, account, key, events, span(from, known))
    },
    drop,
    refuse: (next) => (isRefusing = next),
  }
}
