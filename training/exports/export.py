"""The model for engines that cannot run Python: a SQL function, a spreadsheet formula, plain JSON.

Each gives the name of the nearest segment, also to customers who lack up to half of the values, or nothing (NULL, an
empty cell) for values that the function refuses. SQL does the function's arithmetic in the function's order on the same
constants, so that a customer on a border gets the same segment.
"""

import json

from function.model import LARGEST, Segmenter, most_gaps

from . import sheets, sql

TARGETS = (*sql.DIALECTS, "sheets", "json")


def export(segmenter: Segmenter, target: str, name: str) -> str:
    """Write the model for another engine.

    Parameters
    ----------
    segmenter : Segmenter
    target : str, one of `TARGETS`
    name : str, of the SQL function; with its dataset or schema before a dot if need be

    Returns
    -------
    str : SQL statements, a formula, or JSON
    """
    if target == "json":
        return write_json(segmenter)
    if target == "sheets":
        return sheets.write(segmenter)
    return sql.write(segmenter, target, name)


def write_json(segmenter: Segmenter) -> str:
    """Return all that assigning needs: standardise as the features say, then take the nearest of the centroids.

    A feature is standardised as (value - mean) / scale or, if its offset is not null, as (ln(value + offset) - mean) /
    scale. The variance makes log-odds of a difference of squared distances: divide it by twice the variance.
    """
    model = segmenter.model
    content = {
        "model": segmenter.hash,
        "largest": LARGEST,
        "most_gaps": most_gaps(len(model.features)),
        "variance": model.variance,
        "features": [
            {
                "name": feature.name,
                "unit": feature.unit,
                "offset": feature.offset,
                "mean": feature.mean,
                "scale": feature.scale,
            }
            for feature in model.features
        ],
        "segments": [
            {"id": segment.id, "slug": segment.slug, "name": segment.name, "standardised_centroid": centroid}
            for segment, centroid in zip(model.segments, segmenter.centroids, strict=True)
        ],
        "golden": [{"values": golden.values, "segment_id": golden.segment_id} for golden in model.golden],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
