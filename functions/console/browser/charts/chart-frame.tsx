/** Around every chart: what it shows and in what unit, its legend, and the same numbers as a table. */
import type { Child } from 'hono/jsx'

export type SeriesTone = 'good' | 'warn' | 'bad' | 'busy' | 'idle' | 'accent'

export interface LegendEntry {
  readonly name: string
  readonly tone: SeriesTone
  /** The list behind the series. */
  readonly href?: string | undefined
  /** Its number now. */
  readonly value?: string | undefined
}

export interface ChartTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

interface ChartFrameProps {
  /** A sentence that says what a reader would see. */
  readonly description: string
  readonly legend?: readonly LegendEntry[]
  readonly table: ChartTable
  readonly children?: Child
}

export function ChartFrame({ description, legend = [], table, children }: ChartFrameProps) {
  return (
    <figure class="chart">
      <figcaption class="visually-hidden">{description}</figcaption>
      {legend.length > 0 && (
        <ul class="legend">
          {legend.map(({ name, tone, href, value }) => (
            <li key={name}>
              <span class={`swatch ${tone}`} />
              {href === undefined ? name : <a href={href}>{name}</a>}
              {value !== undefined && <b>{value}</b>}
            </li>
          ))}
        </ul>
      )}
      {children}
      <details class="chart-table">
        <summary>Show as a table</summary>
        {/* Scrolls within itself, hence reachable by keyboard. */}
        <section class="scroller" tabindex={0} aria-label={`${description} As a table`}>
          <table>
            <thead>
              <tr>
                {table.columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row) => (
                <tr key={String(row[0])}>
                  {row.map((cell, index) => (index === 0 ? <th scope="row">{cell}</th> : <td>{cell}</td>))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  )
}
