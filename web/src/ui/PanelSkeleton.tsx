import { Skeleton } from '@mantine/core'
import type { LinkProps } from '@tanstack/react-router'
import { DetailPanel } from '#ui/DetailPanel.tsx'

/** A panel whose content is on its way: the frame is there, the lines fill in. */
export function PanelSkeleton({ title, closeTo }: { title: string; closeTo: LinkProps }) {
  return (
    <DetailPanel title={title} closeTo={closeTo}>
      {[60, 85, 40, 70, 55].map(width => (
        <Skeleton key={width} height={14} width={`${width}%`} />
      ))}
    </DetailPanel>
  )
}
