/** What stands where there is nothing to show: it is still coming, it failed, or there is none. */
import type { Child } from 'hono/jsx'
import type { Problem } from '../api/client.ts'
import type { Resource } from '../api/resource.ts'
import { Icon } from './icon.tsx'

export function Loading({ what }: { readonly what: string }) {
  return (
    <p class="loading" role="status">
      Loading {what} …
    </p>
  )
}

export function Empty({ title, children }: { readonly title: string; readonly children?: Child }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <p>{children}</p>}
    </div>
  )
}

interface ProblemNoticeProps {
  readonly problem: Problem
  readonly retry?: () => void
}

export function ProblemNotice({ problem, retry }: ProblemNoticeProps) {
  const { title, detail, code, errors = [], requestId } = problem
  return (
    <div class="notice bad" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          <strong>{title}</strong> <code>{code}</code>
        </p>
        <p>{detail}</p>
        {errors.length > 0 && (
          <ul>
            {errors.map((each) => (
              <li key={each.pointer}>
                <code>{each.pointer}</code> {each.detail}
              </li>
            ))}
          </ul>
        )}
        {requestId && <p class="note">Request {requestId}</p>}
      </div>
      {retry && (
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

interface LoadedProps<T> {
  readonly resource: Resource<T>
  /** "the eUICCs" */
  readonly what: string
  readonly children: (value: T) => Child
}

/** Shows the value once there is one, and keeps showing it while a newer one is on its way or cannot be had. */
export function Loaded<T>({ resource, what, children }: LoadedProps<T>) {
  const { value, problem, reload } = resource
  return (
    <>
      {problem && <ProblemNotice problem={problem} retry={reload} />}
      {value === undefined ? !problem && <Loading what={what} /> : children(value)}
    </>
  )
}
