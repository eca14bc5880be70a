/** A modal question; the browser keeps the focus inside, and gives it back after. */
import type { Child } from 'hono/jsx'
import { useEffect, useRef } from 'hono/jsx/dom'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children?: Child
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog ref={element} class="dialog" aria-label={title} onClose={onClose}>
      <h2>{title}</h2>
      {children}
    </dialog>
  )
}
