"""The pages in a real browser: they render, and they ask nobody but us."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browsers import chromium

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path) as driver:
        yield driver


def strangers(driver: webdriver.Chrome, address: str) -> set[str]:
    """The addresses over the network, other than ours, that the pages asked for; the browser's own pages (chrome://) are none."""
    messages = (json.loads(entry["message"])["message"] for entry in driver.get_log("performance"))  # type: ignore[no-untyped-call]  # selenium leaves it untyped
    urls = {m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"}
    assert any(url.startswith(address) for url in urls)  # the log is not empty
    return {url for url in urls if url.startswith(("http", "ws", "ftp")) and not url.startswith(address)}


def test_a_search_from_the_home_page(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/")
    box = browser.find_element(By.NAME, "q")
    box.send_keys("renal CT segmentation")
    box.submit()
    assert "kidney" in browser.find_element(By.CSS_SELECTOR, ".reading").text
    names = [link.text for link in browser.find_elements(By.CSS_SELECTOR, ".hits a")]
    assert any(name.startswith("KiTS") for name in names)
    browser.find_element(By.CSS_SELECTOR, ".hits a").click()
    assert browser.current_url.endswith(".html")
    assert json.loads(
        browser.find_element(By.CSS_SELECTOR, 'script[type="application/ld+json"]').get_attribute("innerHTML") or ""
    )
    assert strangers(browser, address) == set()


def test_the_api_pages_render_without_the_network(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/docs")
    assert browser.find_element(By.CSS_SELECTOR, ".swagger-ui .info .title").text.startswith("imaging-kg")
    assert strangers(browser, address) == set()
    errors = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]  # as above
    assert errors == []


PAGES = (
    "/", "/dataset", "/dataset/lidc-idri.html", "/term/UBERON:0002048.html", "/ontology.html", "/examples.html",
    "/examples/cq001-renal-is-kidney.html", "/examples/cq001-renal-is-kidney/run", "/search?q=GBM+MRI", "/prefixes.html", "/sparql",
    "/sparql?query=SELECT+*+%7B%3Fs+dcterms%3Atitle+%3Fo%7D",
)  # fmt: skip
# The ratio of WCAG 2.2 (1.4.3) for each run of text that can be seen, against the nearest background behind it.
CONTRAST = """
const parse = c => c.match(/[\\d.]+/g).map(Number);
const light = c => { const [r, g, b] = parse(c).slice(0, 3).map(v => { v /= 255;
  return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
  return .2126 * r + .7152 * g + .0722 * b; };
const back = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; const p = parse(c);
  if (p.length < 4 || p[3] > 0) return c; } return 'rgb(255,255,255)'; };
const found = [];
for (const e of document.querySelectorAll('body *')) {
  if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.offsetParent) continue;
  const a = light(getComputedStyle(e).color), b = light(back(e));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) found.push(e.tagName + '.' + e.className + ' ' + ratio.toFixed(2));
}
return found;
"""


def severe(driver: webdriver.Chrome) -> list[str]:
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]  # as above


def test_h8_pages_ask_nobody_else_and_break_no_rule_of_their_own(browser: webdriver.Chrome, address: str) -> None:
    for path in PAGES:
        browser.get(address + path)
        assert browser.find_element(By.TAG_NAME, "h1").text, path
        assert severe(browser) == [], path
        assert strangers(browser, address) == set(), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_h8_text_can_be_read_in_both_schemes(browser: webdriver.Chrome, address: str, scheme: str) -> None:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    for path in PAGES:
        browser.get(address + path)
        assert browser.execute_script(CONTRAST) == [], path


def test_h8_a_narrow_screen_needs_no_sideways_scrolling(browser: webdriver.Chrome, address: str) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 720, "deviceScaleFactor": 1, "mobile": True}
    )
    for path in PAGES:
        browser.get(address + path)
        wide = browser.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, path


def test_h8_the_keyboard_leads_past_the_menu_and_to_an_answer(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/examples/cq001-renal-is-kidney.html")
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to the content"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    browser.switch_to.active_element.send_keys(Keys.TAB)
    field = browser.switch_to.active_element
    assert field.get_attribute("name") == "identifier"
    field.clear()
    field.send_keys("RADLEX:RID1301", Keys.ENTER)
    assert "4D-Lung lung" in browser.find_element(By.TAG_NAME, "table").text


def test_h8_pages_work_without_scripts(browser: webdriver.Chrome, address: str) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(address + "/")
    box = browser.find_element(By.NAME, "q")
    box.send_keys("LIDC-IDRI", Keys.ENTER)
    browser.find_element(By.CSS_SELECTOR, ".hits a").click()
    assert browser.find_element(By.TAG_NAME, "h1").text == "LIDC-IDRI"
    browser.find_element(By.LINK_TEXT, "lung nodule").click()
    assert browser.current_url.endswith("/ontology/LungNodule.html")
    browser.find_element(By.TAG_NAME, "summary").click()


def test_long_names_keep_to_their_column(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/void.html")
    wide = browser.execute_script(
        "return [...document.querySelectorAll('.facts dt')].filter(t => t.scrollWidth > t.clientWidth).map(t => t.textContent)"
    )
    assert wide == []
