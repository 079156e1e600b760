// STUB
export const RosterPreviewPage = () => null
