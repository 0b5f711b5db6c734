// <p data-facets="/disruptions/facets/counts/?...">: after the page is there, asks how many records match in all and with each
// choice, says the total in [data-facets-total] and puts the counts behind the labels of the panel's boxes. Without this
// script, or where the answer does not come, a link leads to a page with the same counts.
export function countFacets(root) {
  for (const part of root.querySelectorAll("[data-facets]")) {
    count(part);
  }
}

async function count(part) {
  try {
    const answer = await fetch(part.dataset.facets, { headers: { Accept: "application/json" } });
    if (!answer.ok) {
      return;
    }
    const { total, counts } = await answer.json();
    say(part, total);
    for (const [name, byCode] of Object.entries(counts)) {
      show(name, byCode);
    }
  } catch {
    // The list is whole without the counts, and the link to their page stands.
  }
}

function say(part, total) {
  const place = part.querySelector("[data-facets-total]");
  if (place) {
    place.textContent = `${total.toLocaleString("en-GB")} ${total === 1 ? "record" : "records"} in all.`;
  }
}

function show(name, byCode) {
  for (const box of document.querySelectorAll(`[data-facet="${CSS.escape(name)}"] input`)) {
    const code = box.name === name ? box.value : box.name === `${name}__empty` ? "" : undefined;
    const label = code === undefined ? null : document.querySelector(`label[for="${CSS.escape(box.id)}"]`);
    if (label && Number.isInteger(byCode[code])) {
      const count = document.createElement("span");
      count.className = "oic-filter__count";
      count.textContent = ` (${byCode[code].toLocaleString("en-GB")})`;
      label.append(count);
    }
  }
}
