// STUB
export const NewAccountPanel = () => null
