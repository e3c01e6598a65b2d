/**
 * Who is in which status: tiles that count, and a card for each agent.
 */
import type { AtDocument } from "@dwell/core/Report"
import { displayName, labels } from "../charts/palette.ts"
import { plural } from "./format.ts"
import { type Agent, sortAgents, visitText, roleOf, statusOf, type Tile, tiles, visitOf } from "./floorModel.ts"

const TileView = ({ agents, role, statuses }: Tile) => (
  <li class="tile" data-role={role} data-empty={agents === 0 ? "" : null}>
    <span class="word">{labels[role]}</span> <span class="number">{agents}</span> <span class="parts">{statuses}</span>
  </li>
)

/** A card; without an agent, the mould from which the script makes new ones. */
const Card = ({ agent, now }: { readonly agent: Agent | null; readonly now: number }) => (
  <li
    class="agent"
    data-agent={agent?.agent}
    data-role={agent === null ? null : roleOf(agent)}
    {...(agent === null ? {} : tickOf(agent))}
  >
    <span class="name">{agent === null ? "" : displayName(agent)}</span>{" "}
    <span class="status">{agent === null ? "" : statusOf(agent)}</span>{" "}
    <span class="lasting">{agent === null ? "" : visitText(visitOf(agent), now)}</span>
  </li>
)

/** What the script counts on from. */
const tickOf = (agent: Agent) => {
  const { began, isAtLeast } = visitOf(agent)
  return { "data-began": began, "data-at-least": isAtLeast ? "" : null }
}

const nothing: Pick<AtDocument, "agents" | "statuses" | "untracked"> = { agents: [], statuses: [], untracked: 0 }

/** The floor; durations run to `now`. */
export const Floor = ({ now, snapshot }: { readonly now: number; readonly snapshot: AtDocument | null }) => {
  const { agents, ...counts } = snapshot ?? nothing
  return (
    <section id="floor" class="floor" tabindex={-1} aria-labelledby="floor-heading">
      <div class="counts">
        <h2 id="floor-heading">
          Floor <small data-part="agents">{plural(agents.length, "agent")}</small>
        </h2>
        <ul class="tiles" aria-label="Agents by category">
          {tiles(counts).map((tile) => (
            <TileView {...tile} />
          ))}
        </ul>
      </div>
      <div class="list">
        <ol class="agents" aria-label="Agents by category, the longest in a status first">
          {sortAgents(agents).map((agent) => (
            <Card agent={agent} now={now} />
          ))}
        </ol>
        <p class="empty" hidden={agents.length > 0}>
          No agent is known yet.
        </p>
      </div>
      <template id="card">
        <Card agent={null} now={now} />
      </template>
    </section>
  )
}
