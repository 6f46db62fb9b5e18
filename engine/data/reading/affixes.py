"""What stands before and after numbers without changing them: currencies and units, as tables write them."""

from __future__ import annotations

import unicodedata

_CURRENCY_CODES = """
EUR USD GBP CHF JPY CNY INR BRL RUB PLN CZK SEK NOK DKK HUF AUD CAD NZD ZAR TRY KRW MXN RON BGN ILS SGD HKD
Rs Rs. R$ US$ A$ C$ NZ$ HK$ S$ kr kr. zł Kč Ft lei лв р. руб руб. DM Fr. Fr TL
"""
_UNITS = """
% ‰ ° °C °F °c C F K mm cm m km in ft yd mi nm µm um m2 m² m3 m³ cm2 cm² km2 km² sqft sqm ha ac l L ml mL dl cl gal
mg g kg t lb lbs oz st µg ug ng mol mmol mg/l mg/L µg/l µg/L g/l mg/dl mg/dL mmol/l kWh Wh MWh kW W MW hp bhp PS V
mV A mA Hz kHz MHz GHz Pa hPa kPa MPa bar mbar psi N kN Nm J kJ kcal cal s sec secs second seconds ms min mins
minutes h hr hrs hours d day days wk weeks mo months yr yrs year years J. Jahre Tage Std. Min. Stück Stk Stk. pcs pc
km/h kmh mph m/s kn kmpl km/kg mpg cc CC ppm ppb dB px pt B kB KB MB GB TB k K M
"""
CURRENCY_CODES = frozenset(_CURRENCY_CODES.split())
UNITS = frozenset(_UNITS.split())
UNIT_WORDS = frozenset(
    """
    s sec ms us ns min h hr hours d day days wk mo yr year years a m cm mm km nm um µm μm in
    ft mi g kg mg ug µg μg t lb oz l ml dl ul µl μl °c degc c °f degf f k °k % pct percent ‰
    ppm ppb ph pa hpa kpa mpa bar mbar mmhg psi n kn j kj mj wh kwh mwh w kw mw v mv kv ma
    ohm ω kohm hz khz mhz ghz rpm m/s km/h kmh mph knots kt m2 m² m3 m³ km2 km² ha mm2 cm2
    cm3 l/min m3/h m³/h g/l mg/l µg/l ug/l µg/m3 µg/m³ ug/m3 mg/dl mmol/l mol/l mol g/cm3
    kg/m3 kg/m³ kg/m2 w/m2 w/m² db dba lux lx cd lm deg ° rad count # nr no € $ £ eur usd
    chf gbp tsd mio jahre jahr tage std stk cnt - 1 –
    """.split()  # noqa: SIM905 - a list of words reads best as one text
)
"""Units in a row below the names, in small letters; some of them would be too short to trust behind a number."""


def is_currency(text: str) -> bool:
    """Whether a text is a currency's sign or code."""
    return text in CURRENCY_CODES or (bool(text) and all(unicodedata.category(letter) == "Sc" for letter in text))
