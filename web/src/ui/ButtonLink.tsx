import { Button, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

type Anchor = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & { ref?: Ref<HTMLAnchorElement> }

/** A link that looks like a button: it has an address, so it can be opened in a new tab. */
export const ButtonLink = createLink((props: Omit<ButtonProps, 'component'> & Anchor) => <Button component="a" {...props} />)
