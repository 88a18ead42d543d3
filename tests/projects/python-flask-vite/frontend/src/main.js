const heading = import.meta.env.VITE_HEADING ?? "Notices";
document.title = heading;
const { notes } = await (await fetch("/api/notes")).json();
document.getElementById("notes").append(...notes.map((n) => Object.assign(document.createElement("li"), { textContent: n })));
