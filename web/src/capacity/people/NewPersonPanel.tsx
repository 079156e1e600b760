// STUB
export const NewPersonPanel = () => null
