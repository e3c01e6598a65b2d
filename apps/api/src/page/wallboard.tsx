/**
 * The wallboard: the floor now, the day's pictures, and a report of any range. Whole without script; with it, live.
 *
 * Shape    documents in, an HTML document out
 * Units    Unix seconds
 */
import * as Calendar from "@dwell/core/Calendar"
import { type AtDocument, type Document } from "@dwell/core/Report"
import { words } from "../picture/look.ts"
import { Floor } from "./Floor.tsx"
import { page } from "./Page.tsx"
import { type Asked, Report } from "./Report.tsx"

/** An endpoint's picture: at full width, and for narrow screens. */
interface PictureUrls {
  readonly wide: string
  readonly narrow: string
  /** What it says, in words. */
  readonly summary: string
}

export interface WallboardProps {
  readonly account: string
  readonly timezone: Calendar.Zone
  /** What the server's clock says. */
  readonly now: number
  /** `null` where nothing is known of the account yet. */
  readonly snapshot: AtDocument | null
  /** `null` where the range that was asked for makes none, or nothing is known yet. */
  readonly report: Document | null
  readonly asked: Asked
  /** Of today, as far as is known. The script asks for them again and again. */
  readonly pictures: { readonly staffing: PictureUrls; readonly timeline: PictureUrls }
  /** What was wrong with the range, and what to do. */
  readonly problem: string | null
}

/** Where there is little room; see wallboard.css. */
const small = "(max-width: 60rem)"
/** Where the staffing curve stands beside the agents. */
const beside = "(min-width: 75rem)"

interface PictureProps extends PictureUrls {
  readonly id: string
  readonly title: string
  /** When to take the narrow one. */
  readonly media: string
}

const Picture = ({ id, media, narrow, summary, title, wide }: PictureProps) => (
  <section class={`card picture ${id}`} aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    <picture data-live>
      <source media={media} srcset={narrow} />
      <img src={wide} alt={summary} />
    </picture>
  </section>
)

/** The page of an account. */
export const wallboard = ({
  account,
  asked,
  now,
  pictures,
  problem,
  report,
  snapshot,
  timezone,
}: WallboardProps): string =>
  page({
    title: `${account} – Dwell`,
    styles: ["/assets/wallboard.css"],
    scripts: ["/assets/wallboard.js"],
    children: (
      <body data-account={account} data-now={now} data-timezone={timezone.name}>
        <a class="skip" href="#floor">
          Skip to the floor
        </a>
        <header>
          <h1>
            <span class="brand">Dwell</span> <span class="account">{account}</span>
          </h1>
          <p class="as-of">
            as of <AsOf snapshot={snapshot} zone={timezone} /> <span class="zone">{timezone.name}</span>{" "}
            <span data-part="age" />
          </p>
          <p class="connection" role="status" aria-live="polite" data-state="still" data-part="connection">
            Not live
          </p>
          <form method="post" action="/session/end">
            <button type="submit" class="quiet">
              Sign out
            </button>
          </form>
        </header>
        <main>
          <Floor snapshot={snapshot} now={now} />
          <Picture id="staffing" title="Staffing today" media={`${small}, ${beside}`} {...pictures.staffing} />
          <Picture id="timeline" title="Timeline today" media={small} {...pictures.timeline} />
          <Report report={report} asked={asked} problem={problem} />
        </main>
        <footer>
          <p>
            Untracked is not offline: nothing is known of the agent at that time. {words.idle} means logged in and not
            ready. <a href="/docs">API reference</a>
          </p>
        </footer>
      </body>
    ),
  })

const AsOf = ({ snapshot, zone }: { readonly snapshot: AtDocument | null; readonly zone: Calendar.Zone }) => {
  if (snapshot === null) return <time data-part="as-of">never: nothing has been read yet</time>
  const label = Calendar.label(zone, snapshot.at.now)
  return (
    <time data-part="as-of" datetime={label} data-instant={snapshot.at.now}>
      {label.slice(11, 19)}
    </time>
  )
}
