/**
 * Where a key is exchanged for a session. The key travels in the body of a request and is in no URL.
 */
import { page } from "./Page.tsx"

export interface SignInProps {
  /** What to fill in at first; empty where nothing is known. */
  readonly account: string
  /** What was wrong with the last try, and what to do. */
  readonly problem: string | null
}

/** The page that asks for account and key. */
export const signIn = ({ account, problem }: SignInProps): string =>
  page({
    title: "Sign in – Dwell",
    styles: ["/assets/wallboard.css"],
    scripts: [],
    children: (
      <body class="door">
        <main>
          <h1>Dwell</h1>
          <p>Who is in which status, and how the day has gone.</p>
          <form method="post" action="/session" class="card">
            <h2>Sign in</h2>
            {problem === null ? null : (
              <p class="problem" role="alert" id="problem">
                {problem}
              </p>
            )}
            <label>
              Account
              <input
                name="account"
                value={account}
                autocomplete="username"
                autocapitalize="none"
                spellcheck={false}
                required
                autofocus={account === ""}
              />
            </label>
            <label>
              Key
              <input
                name="key"
                type="password"
                autocomplete="current-password"
                required
                autofocus={account !== ""}
                {...(problem === null ? {} : { "aria-describedby": "problem" })}
              />
            </label>
            <button type="submit">Sign in</button>
          </form>
        </main>
      </body>
    ),
  })
